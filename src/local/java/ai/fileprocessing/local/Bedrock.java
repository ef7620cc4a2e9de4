package ai.fileprocessing.local;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Bedrock's Converse call without a model: the answer is extracted from the request, unless an
 * OpenAI-compatible server stands behind it.
 *
 * <ul>
 *   <li>{@code POST /model/ID/converse}
 *   <li>{@code GET /config} and {@code POST /config}: latency, rate and faults, see {@link
 *       BedrockConfig}; a post changes what it names
 *   <li>{@code GET /stats}: calls, the most in flight, outcomes
 *   <li>{@code GET /calls}: calls and answers by file, under {@code job_id/file_id}
 *   <li>{@code POST /reset}: back to the configuration of the start, all counts zero
 * </ul>
 */
public final class Bedrock implements AutoCloseable {
  /** The first line of every extracted answer. */
  public static final String NOTICE = ExtractiveAnswer.NOTICE;

  /** A prompt or text that contains this is answered with the whole text. */
  public static final String REPEAT = ExtractiveAnswer.REPEAT;

  /** For bodies with large documents in them. */
  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxStringLength(256 * 1024 * 1024).build())
                  .build())
          .build();

  /** A call as it came. */
  public record Received(String model, JsonNode body) {}

  /** What happened since the start or the last reset. */
  public record Stats(long calls, int inFlight, int mostInFlight, Map<String, Long> byOutcome) {}

  private final BedrockConfig initial = BedrockConfig.from(System.getProperties(), System.getenv());
  private final BedrockCounters counters = new BedrockCounters();
  private final FileCalls files = new FileCalls();
  private final ReceivedCalls received = new ReceivedCalls();
  private final PromptCache cache = new PromptCache();
  private final HangingCalls hanging = new HangingCalls();
  private final AtomicInteger faultsLeft = new AtomicInteger();
  private final AtomicInteger number = new AtomicInteger();
  private final Optional<OpenAiServer> model;
  private final LoopbackServer server;
  private volatile BedrockConfig config;
  private volatile TokenBucket bucket;

  Bedrock(int port, Optional<OpenAiServer> model) {
    this.model = model;
    use(initial);
    server = LoopbackServer.start("bedrock", port, new BedrockCalls(this));
  }

  /** The whole answer to a prompt and a text, before any limit cuts it. */
  public static String answer(String model, String prompt, String text) {
    return ExtractiveAnswer.of(model, prompt, text);
  }

  /** Changes the named settings, as {@code POST /config} does. */
  public void configure(Map<String, ?> changes) {
    use(config.with(changes));
  }

  void configure(JsonNode changes) {
    use(config.with(changes));
  }

  /** Forgets all calls and goes back to the configuration of the start. */
  public void reset() {
    use(initial);
    counters.reset();
    files.reset();
    received.reset();
    cache.reset();
  }

  public Stats stats() {
    return counters.stats();
  }

  /** How many calls came for each {@code job_id/file_id}, also those that were refused. */
  public Map<String, Long> callsByFile() {
    return files.calls();
  }

  /** How many calls for each {@code job_id/file_id} were answered, with 200 and completely. */
  public Map<String, Long> answersByFile() {
    return files.answers();
  }

  /**
   * How many calls for each {@code job_id/file_id} came to the model, without those that were
   * throttled or refused because it is not there.
   */
  public Map<String, Long> attemptsByFile() {
    return files.attempts();
  }

  FileCalls files() {
    return files;
  }

  /** The last calls, oldest first, also those that were refused. */
  public List<Received> requests() {
    return received.last();
  }

  @Override
  public void close() {
    hanging.release();
    server.close();
  }

  private synchronized void use(BedrockConfig changed) {
    config = changed;
    bucket = new TokenBucket(changed.ratePerSecond(), changed.burst(), System::nanoTime);
    faultsLeft.set(changed.faultCount());
    if (!changed.hang()) {
      hanging.release();
    }
  }

  BedrockConfig config() {
    return config;
  }

  ConverseExchange begin(Request request, Response response, Callback callback) {
    return new ConverseExchange(request, response, callback, counters);
  }

  void converse(String id, byte[] body, ConverseExchange exchange) {
    try {
      JsonNode json = JSON.readTree(body);
      received.add(new Received(id, json), body.length);
      FileCalls.file(json).ifPresent(files::called);
      if (!bucket.take()) {
        FileCalls.file(json).ifPresent(files::refused);
        throw new RefusedException(Fault.THROTTLING, Fault.THROTTLING.message());
      }
      if (body.length > ConverseLimits.of(id).requestBytes()) {
        throw RefusedException.invalid("The request exceeds the maximum size of 32 MB.");
      }
      ConverseRequest request = ConverseRequest.of(id, json);
      BedrockConfig current = config;
      boolean misbehaves = current.misbehaves(request) && takeFault();
      if (misbehaves && current.hang()) {
        hanging.add(exchange);
      } else {
        exchange.after(
            current.delayMs(),
            () -> {
              if (misbehaves) {
                misbehave(current, request, exchange);
              } else {
                answer(request, exchange);
              }
            });
      }
    } catch (RefusedException e) {
      exchange.fault(e.fault(), e.getMessage());
    } catch (JacksonException e) {
      exchange.fault(Fault.VALIDATION, "The request is no JSON");
    }
  }

  /** Counted before it is sent: whoever has the answer may look at the counts at once. */
  private void send(ConverseAnswer answer, ConverseRequest request, ConverseExchange exchange) {
    Optional<String> file = FileCalls.file(request.body());
    file.ifPresent(files::answered);
    exchange.answer(answer, () -> file.ifPresent(files::lost));
  }

  private ConverseAnswer cached(ConverseAnswer answer, ConverseRequest request) {
    return request.hasCachePoint()
        ? answer.cached(cache.use(request, config.cacheMinimumTokens()))
        : answer;
  }

  private boolean takeFault() {
    return faultsLeft.getAndUpdate(left -> left > 0 ? left - 1 : left) != 0;
  }

  private void misbehave(BedrockConfig config, ConverseRequest request, ConverseExchange exchange) {
    Optional<Fault> fault = Fault.named(config.fault());
    ConverseAnswer answer = ConverseAnswer.to(request, config.json());
    if (fault.isPresent()) {
      if (fault.get().isBeforeModel()) {
        FileCalls.file(request.body()).ifPresent(files::refused);
      }
      exchange.fault(fault.get(), fault.get().message());
    } else if (config.malformed()) {
      exchange.malformed(answer);
    } else if (config.cut()) {
      exchange.cut(answer);
    } else {
      send(
          cached(answer.spoilt(config.emptyAnswer(), config.stopReason()), request),
          request,
          exchange);
    }
  }

  private void answer(ConverseRequest request, ConverseExchange exchange) {
    if (model.isEmpty()) {
      ConverseAnswer answer = cached(ConverseAnswer.to(request, ""), request);
      boolean numbered = config.numbered() && request.output().isEmpty();
      send(numbered ? answer.numbered(number.incrementAndGet()) : answer, request, exchange);
      return;
    }
    model
        .get()
        .answer(request)
        .whenComplete(
            (answer, failure) -> {
              Throwable cause =
                  failure instanceof CompletionException ? failure.getCause() : failure;
              if (cause instanceof RefusedException refused) {
                exchange.fault(refused.fault(), refused.getMessage());
              } else if (cause != null) {
                exchange.fault(Fault.MODEL_ERROR, "No answer from OPENAI_BASE_URL: " + cause);
              } else {
                send(answer, request, exchange);
              }
            });
  }
}
