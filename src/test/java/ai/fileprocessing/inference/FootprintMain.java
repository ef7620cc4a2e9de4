package ai.fileprocessing.inference;

import ai.fileprocessing.jobs.worker.Memory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;

/**
 * Asks about many copies of a file at once, as many in flight as there is memory for, before a
 * model that answers none until so many wait for it: a file, its type, how many, and the bytes in
 * flight.
 */
final class FootprintMain {
  private static final String MODEL = "anthropic.claude-haiku-4-5-20251001-v1:0";
  private static final String ANSWER =
      """
      {"output": {"message": {"role": "assistant", "content": [{"text": "a"}]}},
       "stopReason": "end_turn", "usage": {"inputTokens": 1, "outputTokens": 1, "totalTokens": 2}}
      """;

  private FootprintMain() {}

  public static void main(String[] arguments) throws Exception {
    Path file = Path.of(arguments[0]);
    String type = arguments[1];
    int count = Integer.parseInt(arguments[2]);
    long bytes = Long.parseLong(arguments[3]);
    long each = each(type, Files.size(file));
    CountDownLatch crowd = new CountDownLatch((int) Math.max(1, Math.min(count, bytes / each)));
    InferenceSettings settings = settings();
    Memory memory = new Memory(bytes);
    ExecutorService threads = Executors.newFixedThreadPool(count);
    try (BedrockRuntimeClient client = client(new Patient(crowd))) {
      Converse converse =
          new Converse(
              client, new Requests(), new ModelList(settings), settings, Clock.systemUTC());
      List<Future<Outcome>> outcomes = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        outcomes.add(
            threads.submit(
                () -> {
                  int taken = memory.take(each);
                  try {
                    return converse.infer(question(type, Files.readAllBytes(file)));
                  } finally {
                    memory.give(taken);
                  }
                }));
      }
      for (Future<Outcome> outcome : outcomes) {
        if (!(outcome.get() instanceof Outcome.Answered)) {
          throw new IllegalStateException(outcome.get().toString());
        }
      }
    } finally {
      threads.shutdownNow();
    }
  }

  /** What one takes, in the whole kilobytes that memory is given out in. */
  static long each(String type, long size) {
    return (Footprint.of(new Fit.Facts("a", type, size)) + 1023) / 1024 * 1024;
  }

  private static InferenceSettings settings() {
    return new InferenceSettings(
        List.of(MODEL),
        Map.of(),
        4_096,
        32_000,
        0.4,
        6,
        25 << 20,
        new ReadingSettings(50, 100 << 20, Duration.ofMinutes(1)));
  }

  private static Question question(String type, byte[] content) {
    return new Question(
        new Ask(MODEL, new Parameters(4_096, null, null, null), "p"),
        List.of(new Input(0, "a", type, content)),
        1,
        Map.of());
  }

  private static BedrockRuntimeClient client(SdkHttpClient http) {
    return BedrockRuntimeClient.builder()
        .region(Region.US_EAST_1)
        .httpClient(http)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "secret")))
        .build();
  }

  /** Takes a request as a socket does, and answers when enough have come. */
  private record Patient(CountDownLatch crowd) implements SdkHttpClient {
    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
      return new ExecutableHttpRequest() {
        @Override
        public HttpExecuteResponse call() throws IOException {
          try (InputStream body = request.contentStreamProvider().orElseThrow().newStream()) {
            body.transferTo(OutputStream.nullOutputStream());
          }
          crowd.countDown();
          try {
            crowd.await();
          } catch (InterruptedException e) {
            throw new InterruptedIOException();
          }
          return HttpExecuteResponse.builder()
              .response(SdkHttpResponse.builder().statusCode(200).build())
              .responseBody(
                  AbortableInputStream.create(
                      new ByteArrayInputStream(ANSWER.getBytes(StandardCharsets.UTF_8))))
              .build();
        }

        @Override
        public void abort() {
          throw new UnsupportedOperationException();
        }
      };
    }

    @Override
    public void close() {}
  }
}
