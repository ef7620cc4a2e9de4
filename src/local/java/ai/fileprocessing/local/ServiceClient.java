package ai.fileprocessing.local;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A caller of the service, with a token of its own; speaks plain HTTP and JSON as any client would.
 */
public final class ServiceClient {
  private static final JsonMapper JSON = JsonMapper.shared();

  private final HttpClient http = HttpClient.newHttpClient();
  private final URI service;
  private final String token;

  public ServiceClient(URI service, String token) {
    this.service = service;
    this.token = token;
  }

  /** A request of this caller, for tests to bend. */
  public HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(service.resolve(path))
        .timeout(Duration.ofMinutes(2))
        .header("Authorization", "Bearer " + token);
  }

  /** Sends a request and returns whatever the answer is. */
  public Answer send(HttpRequest.Builder request) throws IOException, InterruptedException {
    return new Answer(http.send(request.build(), BodyHandlers.ofString()));
  }

  public Answer get(String path) throws IOException, InterruptedException {
    return send(request(path));
  }

  public Answer delete(String path) throws IOException, InterruptedException {
    return send(request(path).DELETE());
  }

  /** Posts JSON that is sent as it is given, right or wrong. */
  public Answer post(String path, String json) throws IOException, InterruptedException {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(json)));
  }

  /** Uploads a text by the raw form. */
  public Answer upload(String name, String text) throws IOException, InterruptedException {
    return send(
        request("/files")
            .header("Content-Type", "text/plain; charset=utf-8")
            .header("filename", name)
            .POST(BodyPublishers.ofString(text)));
  }

  /** Uploads a file of this machine by the raw form. */
  public Answer upload(Path file) throws IOException, InterruptedException {
    return send(
        request("/files")
            .header("Content-Type", "application/octet-stream")
            .header("filename", file.getFileName().toString())
            .POST(BodyPublishers.ofFile(file)));
  }

  /** Submits a job with nothing but files and a prompt. */
  public Answer submit(List<String> fileIds, String prompt)
      throws IOException, InterruptedException {
    return post("/jobs", JSON.writeValueAsString(Map.of("files", fileIds, "prompt", prompt)));
  }

  /** Submits a job with files, a prompt and a mode. */
  public Answer submit(List<String> fileIds, String prompt, String mode)
      throws IOException, InterruptedException {
    return post(
        "/jobs", JSON.writeValueAsString(Map.of("files", fileIds, "prompt", prompt, "mode", mode)));
  }

  /** Fetches what a presigned URL gives, without the token. */
  public Answer fetch(String presignedUrl) throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(URI.create(presignedUrl)));
  }

  /** An answer of the service. */
  public record Answer(HttpResponse<String> http) {
    public int status() {
      return http.statusCode();
    }

    public String text() {
      return http.body();
    }

    /** The body as JSON. */
    public JsonNode json() {
      return JSON.readTree(http.body());
    }

    /** A text field of a JSON object; fails when it is not there. */
    public String field(String name) {
      JsonNode value = json().path(name);
      if (!value.isString()) {
        throw new IllegalStateException(
            "HTTP " + status() + " without a text '" + name + "': " + text());
      }
      return value.stringValue();
    }

    /** A header of the answer, empty where it has none. */
    public String header(String name) {
      return http.headers().firstValue(name).orElse("");
    }
  }
}
