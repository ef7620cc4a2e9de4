package ai.fileprocessing.local;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** What Converse asks of a request beside its messages and what it is to be answered with. */
final class RequestRules {
  private static final Pattern LABEL = Pattern.compile("[a-zA-Z0-9\\s:_@$#=/+,.-]*");
  private static final Pattern GUARDRAIL_VERSION = Pattern.compile("[1-9][0-9]{0,7}|DRAFT");

  private RequestRules() {}

  static void require(String model, ConverseLimits limits, JsonNode body) {
    requireSystem(body.path("system"));
    requireInference(model, limits, body.path("inferenceConfig"));
    requireLabels(body.path("requestMetadata"));
    requireGuardrail(body.path("guardrailConfig"));
    requireCachePoints(body);
    if (body.has("serviceTier")) {
      Rules.oneOf(
          body.path("serviceTier"),
          "type",
          List.of("priority", "default", "flex", "reserved"),
          "serviceTier");
    }
    Rules.oneOfIfThere(
        body.path("performanceConfig"),
        "latency",
        List.of("standard", "optimized"),
        "performanceConfig");
    JsonNode additional = body.path("additionalModelRequestFields");
    if (!additional.isMissingNode() && !additional.isObject()) {
      throw RefusedException.invalid("additionalModelRequestFields must be a JSON object.");
    }
  }

  private static void requireSystem(JsonNode system) {
    for (int i = 0; i < system.size(); i++) {
      String where = "system." + i;
      Rules.requireOneKind(system.path(i), where);
      ConversationRules.requireText(system.path(i), where);
    }
  }

  private static void requireInference(String model, ConverseLimits limits, JsonNode inference) {
    JsonNode maxTokens = inference.path("maxTokens");
    if (!maxTokens.isMissingNode() && maxTokens.asInt(0) < 1) {
      throw Rules.constraint(
          maxTokens,
          "inferenceConfig.maxTokens",
          "Member must have value greater than or equal to 1");
    }
    if (maxTokens.asInt(0) > limits.outputTokens()) {
      throw RefusedException.invalid(
          "The maximum tokens you requested exceeds the model limit of %1$d. Try again with a maximum tokens value that is lower than %1$d."
              .formatted(limits.outputTokens()));
    }
    for (String name : List.of("temperature", "topP")) {
      JsonNode value = inference.path(name);
      if (!value.isMissingNode() && !(value.asDouble(-1) >= 0 && value.asDouble(-1) <= 1)) {
        throw Rules.constraint(
            value, "inferenceConfig." + name, "Member must have value between 0 and 1");
      }
    }
    if (inference.has("temperature")
        && inference.has("topP")
        && model.contains("anthropic.claude")
        && model.contains("-4-5")) {
      throw RefusedException.invalid(
          "The model returned the following errors: `temperature` and `top_p` cannot both be specified for this model. Please use only one.");
    }
  }

  private static void requireLabels(JsonNode labels) {
    if (labels.size() > ConverseLimits.METADATA_PAIRS) {
      throw Rules.constraint(
          labels.size() + " pairs",
          "requestMetadata",
          "Map must have length less than or equal to " + ConverseLimits.METADATA_PAIRS);
    }
    for (var label : labels.properties()) {
      String value = label.getValue().asString("");
      boolean length =
          !label.getKey().isEmpty()
              && label.getKey().length() <= ConverseLimits.METADATA_LENGTH
              && value.length() <= ConverseLimits.METADATA_LENGTH;
      if (!length) {
        throw Rules.constraint(
            label.getKey(),
            "requestMetadata",
            "Keys and values must have length less than or equal to "
                + ConverseLimits.METADATA_LENGTH);
      }
      if (!LABEL.matcher(label.getKey()).matches() || !LABEL.matcher(value).matches()) {
        throw Rules.constraint(
            label.getKey(),
            "requestMetadata",
            "Keys and values must satisfy regular expression pattern: " + LABEL);
      }
    }
  }

  private static void requireGuardrail(JsonNode guardrail) {
    if (guardrail.isMissingNode()) {
      return;
    }
    if (guardrail.path("guardrailIdentifier").asString("").isEmpty()) {
      throw Rules.constraint("", "guardrailConfig.guardrailIdentifier", "Member must not be empty");
    }
    String version = guardrail.path("guardrailVersion").asString("");
    if (!GUARDRAIL_VERSION.matcher(version).matches()) {
      throw Rules.constraint(
          version,
          "guardrailConfig.guardrailVersion",
          "Member must satisfy regular expression pattern: " + GUARDRAIL_VERSION);
    }
    Rules.oneOfIfThere(
        guardrail, "trace", List.of("enabled", "disabled", "enabled_full"), "guardrailConfig");
  }

  private static void requireCachePoints(JsonNode body) {
    List<JsonNode> points =
        Stream.of(
                body.at("/toolConfig/tools").valueStream(),
                body.path("system").valueStream(),
                body.path("messages").valueStream().flatMap(m -> m.path("content").valueStream()))
            .flatMap(blocks -> blocks)
            .filter(block -> block.has("cachePoint"))
            .map(block -> block.path("cachePoint"))
            .toList();
    if (points.size() > ConverseLimits.CACHE_POINTS) {
      throw RefusedException.invalid(
          "You can't include more than %d cachePoint blocks in a request, and there are %d."
              .formatted(ConverseLimits.CACHE_POINTS, points.size()));
    }
    for (JsonNode point : points) {
      Rules.oneOf(point, "type", List.of("default"), "cachePoint");
      Rules.oneOfIfThere(point, "ttl", List.of("5m", "1h"), "cachePoint");
    }
  }
}
