package ai.fileprocessing.inference;

import java.util.LinkedHashMap;
import java.util.Map;
import software.amazon.awssdk.core.SdkNumber;
import software.amazon.awssdk.core.document.Document;
import software.amazon.awssdk.core.document.DocumentVisitor;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.util.RawValue;

/** JSON as the SDK has it in a tool's schema and input. */
final class ToolJson {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private ToolJson() {}

  static Document document(JsonNode json) {
    if (json.isObject()) {
      Map<String, Document> fields = new LinkedHashMap<>();
      json.properties().forEach(it -> fields.put(it.getKey(), document(it.getValue())));
      return Document.fromMap(fields);
    }
    if (json.isArray()) {
      return Document.fromList(json.valueStream().map(ToolJson::document).toList());
    }
    if (json.isNumber()) {
      return Document.fromNumber(json.asString());
    }
    if (json.isBoolean()) {
      return Document.fromBoolean(json.booleanValue());
    }
    return json.isNull() ? Document.fromNull() : Document.fromString(json.asString());
  }

  static JsonNode json(Document document) {
    return document.accept(new Reader());
  }

  private static final class Reader implements DocumentVisitor<JsonNode> {
    @Override
    public JsonNode visitNull() {
      return NODES.nullNode();
    }

    @Override
    public JsonNode visitBoolean(Boolean value) {
      return NODES.booleanNode(value);
    }

    @Override
    public JsonNode visitString(String value) {
      return NODES.stringNode(value);
    }

    /** As the model wrote it: what no number of Java's can hold is for the check to refuse. */
    @Override
    public JsonNode visitNumber(SdkNumber value) {
      return NODES.rawValueNode(new RawValue(value.stringValue()));
    }

    @Override
    public JsonNode visitMap(Map<String, Document> fields) {
      ObjectNode object = NODES.objectNode();
      fields.forEach((name, value) -> object.set(name, value.accept(this)));
      return object;
    }

    @Override
    public JsonNode visitList(java.util.List<Document> items) {
      ArrayNode array = NODES.arrayNode();
      items.forEach(it -> array.add(it.accept(this)));
      return array;
    }
  }
}
