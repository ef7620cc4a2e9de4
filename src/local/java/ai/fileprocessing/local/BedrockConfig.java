package ai.fileprocessing.local;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * How the Bedrock stand-in behaves. In JSON the names are in snake case ({@code latency_ms}); at
 * the start a system property {@code bedrock.latency_ms} or a variable {@code BEDROCK_LATENCY_MS}
 * sets each.
 *
 * <p>Everything from {@code stopReason} to {@code json}, and {@code fault}, is a misbehaviour:
 * {@code faultCount} and {@code faultWhenTextContains} say which calls it befalls.
 *
 * @param latencyMs how long an answer takes, in milliseconds
 * @param jitterMs up to so many milliseconds more, any number of them as likely as any other
 * @param ratePerSecond calls let through, others are throttled; 0 lets all through
 * @param burst calls let through at once after a rest
 * @param fault the exception that is answered, by the name Bedrock gives it
 * @param faultCount how many calls misbehave, −1 for all
 * @param faultWhenTextContains calls whose text or prompt do not contain this behave well
 * @param stopReason the stop reason that is answered
 * @param emptyAnswer an answer without any text
 * @param hang no answer, and the call counts as in flight, until a configuration without it or a
 *     reset
 * @param cut the connection is closed in the middle of the answer
 * @param malformed the answer is no JSON
 * @param json where the model is to answer in JSON, what it writes is {@code invalid}, or {@code
 *     wrong} by the schema; other calls behave well
 * @param numbered each answer that is well ends with a number that no other has, as a model never
 *     says the same twice; it is no misbehaviour, and no answer can be continued
 * @param cacheMinimumTokens the shortest beginning of a request that a cache point keeps, in tokens
 */
record BedrockConfig(
    long latencyMs,
    long jitterMs,
    double ratePerSecond,
    double burst,
    String fault,
    int faultCount,
    String faultWhenTextContains,
    String stopReason,
    boolean emptyAnswer,
    boolean hang,
    boolean cut,
    boolean malformed,
    String json,
    boolean numbered,
    int cacheMinimumTokens) {

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();
  private static final List<String> JSON_FLAWS = List.of("", "invalid", "wrong");
  private static final BedrockConfig DEFAULT =
      new BedrockConfig(0, 0, 0, 1, "", -1, "", "", false, false, false, false, "", false, 1024);

  BedrockConfig {
    fault = fault == null ? "" : fault;
    stopReason = stopReason == null ? "" : stopReason;
    json = json == null ? "" : json;
    faultWhenTextContains = faultWhenTextContains == null ? "" : faultWhenTextContains;
    if (latencyMs < 0 || jitterMs < 0) {
      throw new IllegalArgumentException("No answer comes before its request");
    }
    if (!fault.isEmpty() && Fault.named(fault).isEmpty()) {
      throw new IllegalArgumentException("Bedrock has no fault " + fault);
    }
    if (!JSON_FLAWS.contains(json)) {
      throw new IllegalArgumentException("JSON is one of " + JSON_FLAWS + ", not " + json);
    }
  }

  /** The defaults, with what properties and then variables say. */
  static BedrockConfig from(Map<?, ?> properties, Map<String, String> variables) {
    ObjectNode said = JSON.createObjectNode();
    for (String name : DEFAULT.toJson().propertyNames()) {
      Object value = properties.get("bedrock." + name);
      if (value == null) {
        value = variables.get("BEDROCK_" + name.toUpperCase(Locale.ROOT));
      }
      if (value != null) {
        said.put(name, value.toString());
      }
    }
    return DEFAULT.with(said);
  }

  /** This with the named values changed. */
  BedrockConfig with(JsonNode changes) {
    if (!changes.isObject()) {
      throw new IllegalArgumentException("The configuration is a JSON object");
    }
    ObjectNode json = toJson();
    for (var change : changes.properties()) {
      if (!json.has(change.getKey())) {
        throw new IllegalArgumentException(
            "Unknown setting %s; there are %s".formatted(change.getKey(), json.propertyNames()));
      }
      json.set(change.getKey(), change.getValue());
    }
    try {
      return JSON.treeToValue(json, BedrockConfig.class);
    } catch (JacksonException e) {
      throw new IllegalArgumentException(e.getOriginalMessage(), e);
    }
  }

  BedrockConfig with(Map<String, ?> changes) {
    return with(JSON.<JsonNode>valueToTree(changes));
  }

  boolean misbehaves(ConverseRequest request) {
    boolean any =
        !fault.isEmpty()
            || !stopReason.isEmpty()
            || emptyAnswer
            || hang
            || cut
            || malformed
            || !json.isEmpty() && request.output().isPresent();
    return any
        && (request.text().contains(faultWhenTextContains)
            || request.prompt().contains(faultWhenTextContains));
  }

  /** How long the next answer takes. */
  long delayMs() {
    return latencyMs + ThreadLocalRandom.current().nextLong(jitterMs + 1);
  }

  ObjectNode toJson() {
    return JSON.valueToTree(this);
  }
}
