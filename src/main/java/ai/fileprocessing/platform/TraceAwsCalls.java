package ai.fileprocessing.platform;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.awscore.AwsResponse;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttribute;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.interceptor.SdkExecutionAttribute;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseRequest;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseResponse;
import software.amazon.awssdk.services.bedrockruntime.model.TokenUsage;

/**
 * Makes a span of each call of AWS that is part of something: polls, heartbeats and sweeps are of
 * nothing. Attempts of the SDK are in one span. Which call it was and what came of it is told, in
 * OpenTelemetry's words for AWS and for models; of what was said, nothing.
 */
final class TraceAwsCalls implements ExecutionInterceptor {
  private static final ExecutionAttribute<Span> SPAN =
      new ExecutionAttribute<>(TraceAwsCalls.class.getName());

  private static final AttributeKey<List<String>> REASONS =
      AttributeKey.stringArrayKey("gen_ai.response.finish_reasons");

  private final Tracer tracer;

  TraceAwsCalls(Tracer tracer) {
    this.tracer = tracer;
  }

  @Override
  public void beforeExecution(Context.BeforeExecution call, ExecutionAttributes known) {
    if (!Span.current().getSpanContext().isValid()) {
      return;
    }
    String service = known.getAttribute(SdkExecutionAttribute.SERVICE_NAME);
    String operation = known.getAttribute(SdkExecutionAttribute.OPERATION_NAME);
    Span span =
        tracer
            .spanBuilder(service + "." + operation)
            .setSpanKind(SpanKind.CLIENT)
            .setAttribute("rpc.system", "aws-api")
            .setAttribute("rpc.service", service)
            .setAttribute("rpc.method", operation)
            .startSpan();
    if (call.request() instanceof ConverseRequest request) {
      ask(span, request);
    }
    known.putAttribute(SPAN, span);
  }

  @Override
  public void afterExecution(Context.AfterExecution call, ExecutionAttributes known) {
    Span span = known.getAttribute(SPAN);
    if (span == null) {
      return;
    }
    if (call.response() instanceof AwsResponse response) {
      span.setAttribute("aws.request_id", response.responseMetadata().requestId());
    }
    if (call.response() instanceof ConverseResponse answer) {
      answer(span, answer);
    }
    span.setAttribute("http.response.status_code", call.httpResponse().statusCode());
    span.end();
  }

  @Override
  public void onExecutionFailure(Context.FailedExecution call, ExecutionAttributes known) {
    Span span = known.getAttribute(SPAN);
    if (span == null) {
      return;
    }
    Throwable failure = call.exception();
    String code = failure.getClass().getName();
    if (failure instanceof AwsServiceException refused) {
      span.setAttribute("aws.request_id", refused.requestId());
      span.setAttribute("http.response.status_code", refused.statusCode());
      if (refused.awsErrorDetails() != null && refused.awsErrorDetails().errorCode() != null) {
        code = refused.awsErrorDetails().errorCode();
      }
    }
    Traces.failed(span, code);
    span.end();
  }

  private static void ask(Span span, ConverseRequest request) {
    span.updateName("chat " + request.modelId())
        .setAttribute("gen_ai.operation.name", "chat")
        .setAttribute("gen_ai.provider.name", "aws.bedrock")
        .setAttribute("gen_ai.request.model", request.modelId());
  }

  /** Any part of it may be missing, and what a model leaves out must not fail its call. */
  private static void answer(Span span, ConverseResponse answer) {
    Optional<TokenUsage> tokens = Optional.ofNullable(answer.usage());
    tokens
        .map(TokenUsage::inputTokens)
        .ifPresent(it -> span.setAttribute("gen_ai.usage.input_tokens", it));
    tokens
        .map(TokenUsage::outputTokens)
        .ifPresent(it -> span.setAttribute("gen_ai.usage.output_tokens", it));
    if (answer.stopReasonAsString() != null) {
      span.setAttribute(REASONS, List.of(answer.stopReasonAsString()));
    }
  }
}
