package ai.fileprocessing.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fileprocessing.local.StandIns;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** The clients of production, with traces switched on. */
@ExtendWith(TestCredentials.class)
class TraceAwsCallsTest {
  private static final String BUCKET = StandIns.shared().environment().get("FILES_BUCKET");

  private final KeptSpans spans = new KeptSpans();
  private final Telemetry telemetry = spans.telemetry();
  private final Traces traces = new Traces(telemetry);
  private final S3Client s3 =
      new AwsClients(AwsSettings.from(TestFloor.settings(Map.of())), telemetry).s3();

  @AfterEach
  void close() {
    s3.close();
  }

  @Test
  void aCallThatIsPartOfNothingHasNoSpan() {
    s3.listBuckets();

    assertThat(spans.ended()).isEmpty();
  }

  @Test
  void aCallTellsWhichItIsAndWhatCameOfIt() {
    traces.consume("work", Map.of(), 1, s3::listBuckets);

    SpanData call = spans.ended().get(0);
    SpanData work = spans.ended().get(1);
    assertThat(call.getParentSpanId()).isEqualTo(work.getSpanId());
    assertThat(call.getName()).isEqualTo("S3.ListBuckets");
    assertThat(text(call, "rpc.system")).isEqualTo("aws-api");
    assertThat(text(call, "rpc.service")).isEqualTo("S3");
    assertThat(text(call, "rpc.method")).isEqualTo("ListBuckets");
    assertThat(call.getAttributes().get(AttributeKey.longKey("http.response.status_code")))
        .isEqualTo(200);
    assertThat(call.getStatus()).isEqualTo(StatusData.unset());
  }

  @Test
  void aCallThatFailsIsAnErrorByItsCodeAndTellsNoKey() {
    assertThatThrownBy(
            () ->
                traces.consume(
                    "work",
                    Map.of(),
                    1,
                    () -> s3.getObject(it -> it.bucket(BUCKET).key("name-of-a-caller"))))
        .isInstanceOf(S3Exception.class);

    SpanData call = spans.ended().get(0);
    assertThat(call.getStatus()).isEqualTo(StatusData.error());
    assertThat(text(call, "error.type")).isEqualTo("NoSuchKey");
    assertThat(call.toString()).doesNotContain("name-of-a-caller");
  }

  private static String text(SpanData span, String name) {
    return span.getAttributes().get(AttributeKey.stringKey(name));
  }
}
