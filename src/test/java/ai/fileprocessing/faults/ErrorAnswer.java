package ai.fileprocessing.faults;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/** An error in the form of the service that was called: XML from S3, JSON from the others. */
record ErrorAnswer(int status, String code, String message) implements Action {

  @Override
  public Optional<byte[]> answerTo(Exchange exchange) {
    boolean s3 = Operation.isS3(exchange.header("Authorization"), exchange.target());
    byte[] body =
        exchange.method().equals("HEAD")
            ? new byte[0]
            : (s3 ? xml() : json()).getBytes(StandardCharsets.UTF_8);
    String head =
        String.join(
            "\r\n",
            "HTTP/1.1 " + status + " Injected",
            "Content-Type: " + (s3 ? "application/xml" : "application/x-amz-json-1.0"),
            "Content-Length: " + body.length,
            s3 ? "x-amz-request-id: injected" : "x-amzn-RequestId: injected",
            s3 ? "x-amz-id-2: injected" : "x-amzn-errortype: " + code,
            "",
            "");
    byte[] start = head.getBytes(StandardCharsets.ISO_8859_1);
    byte[] answer = new byte[start.length + body.length];
    System.arraycopy(start, 0, answer, 0, start.length);
    System.arraycopy(body, 0, answer, start.length, body.length);
    return Optional.of(answer);
  }

  private String json() {
    return JsonMapper.shared()
        .createObjectNode()
        .put("__type", code)
        .put("message", message)
        .toString();
  }

  private String xml() {
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>%s</Code><Message>%s</Message></Error>"
        .formatted(code, message.replace("&", "&amp;").replace("<", "&lt;"));
  }
}
