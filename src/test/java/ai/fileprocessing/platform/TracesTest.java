package ai.fileprocessing.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TracesTest {
  private static final String THEIR_TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String THEIR_SPAN = "00f067aa0ba902b7";
  private static final Map<String, String> THEIRS =
      Map.of("traceparent", "00-" + THEIR_TRACE + "-" + THEIR_SPAN + "-01");

  private final KeptSpans spans = new KeptSpans();
  private final Traces traces = new Traces(spans.telemetry());
  private final Traces off = new Traces(Telemetry.OFF);

  @Test
  void aMessageThatCameWithNothingBeginsATraceOfItsOwn() {
    SpanData span = worked(Map.of());

    assertThat(span.getParentSpanContext().isValid()).isFalse();
    assertThat(span.getName()).isEqualTo("process work");
  }

  @Test
  void aMessageThatCameWithNonsenseDoesToo() {
    assertThat(worked(Map.of("traceparent", "of-somebody")).getParentSpanContext().isValid())
        .isFalse();
  }

  @Test
  void aMessageGoesOnWithWhatItCameWithAndSendsItOn() {
    Map<String, String> sent = traces.consume("work", THEIRS, 1, Traces::context);

    SpanData span = spans.ended().get(0);
    assertThat(span.getTraceId()).isEqualTo(THEIR_TRACE);
    assertThat(span.getParentSpanId()).isEqualTo(THEIR_SPAN);
    assertThat(sent)
        .containsEntry("traceparent", "00-" + THEIR_TRACE + "-" + span.getSpanId() + "-01");
  }

  @Test
  void aMessageIsPartOfNothingThatItsThreadHasLeftBehind() {
    traces.consume("outer", THEIRS, 1, () -> worked(Map.of()));

    assertThat(spans.ended().get(0).getTraceId()).isNotEqualTo(THEIR_TRACE);
  }

  @Test
  void workThatIsThrownOutOfIsAnErrorByItsClassAndNotByItsWords() {
    assertThatThrownBy(
            () ->
                traces.consume(
                    "work",
                    Map.of(),
                    1,
                    () -> {
                      throw new IllegalStateException("words of a caller");
                    }))
        .isInstanceOf(IllegalStateException.class);

    SpanData span = spans.ended().get(0);
    assertThat(span.getStatus()).isEqualTo(StatusData.error());
    assertThat(span.toString()).contains("IllegalStateException").doesNotContain("words");
    assertThat(Span.current().getSpanContext().isValid()).isFalse();
  }

  @Test
  void switchedOffNothingIsFollowedWhateverComes() {
    assertThat(off.consume("work", THEIRS, 1, Traces::context)).isEmpty();
    assertThat(Traces.context()).isEmpty();
  }

  private SpanData worked(Map<String, String> context) {
    traces.consume("work", context, 1, () -> "done");
    return spans.ended().get(spans.ended().size() - 1);
  }
}
