package ai.fileprocessing.local;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A message attribute: {@code String}, {@code Number} or {@code Binary}, and a label of one's own.
 */
record MessageAttribute(String dataType, byte[] value) {
  /** SQS's developer guide, message metadata. */
  private static final int MOST = 10;

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,256}");
  private static final Pattern DATA_TYPE = Pattern.compile("(String|Number|Binary)(\\..{1,248})?");

  static SortedMap<String, MessageAttribute> parse(JsonNode json) {
    SortedMap<String, MessageAttribute> attributes = new TreeMap<>();
    for (Map.Entry<String, JsonNode> attribute : json.properties()) {
      attributes.put(attribute.getKey(), parse(attribute.getKey(), attribute.getValue()));
    }
    if (attributes.size() > MOST) {
      throw SqsRefusedException.invalid(
          "MessageAttributes", attributes.size(), "At most " + MOST + " attributes.");
    }
    return attributes;
  }

  private static MessageAttribute parse(String name, JsonNode json) {
    String dataType = json.path("DataType").asString("");
    if (!NAME.matcher(name).matches() || !DATA_TYPE.matcher(dataType).matches()) {
      throw SqsRefusedException.invalid(
          "MessageAttributes", name, "Its name or its type '" + dataType + "' is not supported.");
    }
    boolean binary = dataType.startsWith("Binary");
    String value = json.path(binary ? "BinaryValue" : "StringValue").asString("");
    if (value.isEmpty()) {
      throw SqsRefusedException.invalid(
          "MessageAttributes", name, "Must contain a non-empty value of type " + dataType + ".");
    }
    try {
      return new MessageAttribute(
          dataType,
          binary ? Base64.getDecoder().decode(value) : value.getBytes(StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      throw SqsRefusedException.invalid("MessageAttributes", name, "Its value is no base64.");
    }
  }

  boolean isBinary() {
    return dataType.startsWith("Binary");
  }

  ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("DataType", dataType);
    return isBinary()
        ? json.put("BinaryValue", value)
        : json.put("StringValue", new String(value, StandardCharsets.UTF_8));
  }
}
