package ai.fileprocessing.platform;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.spi.AbstractInterruptibleChannel;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.utils.AttributeMap;

/**
 * An HTTP client whose calls end, with a {@link java.nio.channels.ClosedByInterruptException}, when
 * their thread is interrupted. A thread that waits for bytes from a socket notices no interruption
 * otherwise, and a model may take minutes. Whole answers are held in memory, which bounds them. The
 * client within must wait on sockets and not on channels, because a thread has room for one channel
 * to close.
 */
final class InterruptibleHttp implements SdkHttpClient {
  /**
   * The longest answers that models give have 128,000 tokens; of these each would have to be sixty
   * characters long.
   */
  static final int MOST = 8 << 20;

  private final SdkHttpClient http;

  private InterruptibleHttp(SdkHttpClient http) {
    this.http = http;
  }

  /** Makes the clients that a builder makes interruptible; who builds one closes it. */
  record Builder(SdkHttpClient.Builder<?> http) implements SdkHttpClient.Builder<Builder> {
    @Override
    public SdkHttpClient buildWithDefaults(AttributeMap defaults) {
      return new InterruptibleHttp(http.buildWithDefaults(defaults));
    }
  }

  @Override
  public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
    return new Call(http.prepareRequest(request));
  }

  @Override
  public String clientName() {
    return http.clientName();
  }

  @Override
  public void close() {
    http.close();
  }

  /** A channel, because closing one is what the platform does when a thread is interrupted. */
  private static final class Call extends AbstractInterruptibleChannel
      implements ExecutableHttpRequest {
    private final ExecutableHttpRequest request;

    Call(ExecutableHttpRequest request) {
      this.request = request;
    }

    @Override
    public HttpExecuteResponse call() throws IOException {
      boolean completed = false;
      try {
        begin();
        HttpExecuteResponse response = whole(request.call());
        completed = true;
        return response;
      } finally {
        end(completed);
      }
    }

    @Override
    public void abort() {
      request.abort();
    }

    @Override
    protected void implCloseChannel() {
      request.abort();
    }

    private static HttpExecuteResponse whole(HttpExecuteResponse response) throws IOException {
      if (response.responseBody().isEmpty()) {
        return response;
      }
      try (AbortableInputStream body = response.responseBody().get()) {
        byte[] bytes = body.readNBytes(MOST);
        if (body.read() >= 0) {
          // Closing alone would read on, to the end.
          body.abort();
          throw new AnswerTooLargeException(MOST);
        }
        return HttpExecuteResponse.builder()
            .response(response.httpResponse())
            .responseBody(AbortableInputStream.create(new ByteArrayInputStream(bytes)))
            .build();
      }
    }
  }
}
