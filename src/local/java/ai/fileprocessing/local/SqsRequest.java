package ai.fileprocessing.local;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The parameters of a call, or of one entry of a batch. */
record SqsRequest(JsonNode json) {
  private static final JsonMapper JSON = JsonMapper.shared();

  static SqsRequest parse(String body) {
    try {
      return new SqsRequest(JSON.readTree(body));
    } catch (JacksonException e) {
      throw new SqsRefusedException(SqsFault.INVALID_PARAMETER_VALUE, "The request is no JSON");
    }
  }

  String text(String name) {
    return optional(name)
        .filter(value -> !value.isEmpty())
        .orElseThrow(
            () ->
                new SqsRefusedException(
                    SqsFault.MISSING_PARAMETER,
                    "The request must contain the parameter " + name + "."));
  }

  Optional<String> optional(String name) {
    return json.path(name).stringValueOpt();
  }

  OptionalInt number(String name, int least, int most) {
    JsonNode value = json.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return OptionalInt.empty();
    }
    if (!value.canConvertToInt() || value.intValue() < least || value.intValue() > most) {
      throw SqsRefusedException.invalid(
          name, value, "Must be between %d and %d, if provided.".formatted(least, most));
    }
    return OptionalInt.of(value.intValue());
  }

  List<String> texts(String name) {
    return json.path(name).valueStream().map(JsonNode::asString).toList();
  }

  Map<String, String> textsByName(String name) {
    Map<String, String> texts = new LinkedHashMap<>();
    json.path(name).properties().forEach(e -> texts.put(e.getKey(), e.getValue().asString()));
    return texts;
  }
}
