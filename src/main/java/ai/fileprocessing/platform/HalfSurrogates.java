package ai.fileprocessing.platform;

import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Refuses JSON in whose values half of a surrogate pair stands alone; in a name the parser does. An
 * escape can write it (RFC 8259, section 8.2), UTF-8 cannot: it would be stored, asked about and
 * shown as something else.
 */
final class HalfSurrogates {
  private HalfSurrogates() {}

  /**
   * Looks into a body, which is known to be JSON.
   *
   * @throws Problem 422 that names the first such field
   */
  static void refuse(byte[] body, JsonMapper mapper) {
    // The tree is made only of the few bodies that can hold one.
    if (hasEscapedSurrogate(body)) {
      refuse(mapper.readTree(body), "");
    }
  }

  private static boolean hasEscapedSurrogate(byte[] body) {
    for (int i = 0; i + 2 < body.length; i++) {
      if (body[i] == '\\' && body[i + 1] == 'u' && (body[i + 2] | 0x20) == 'd') {
        return true;
      }
    }
    return false;
  }

  private static void refuse(JsonNode node, String pointer) {
    if (node.isString()) {
      refuse(node.stringValue(), pointer);
    }
    int index = 0;
    for (JsonNode item : node.isArray() ? node.values() : List.<JsonNode>of()) {
      refuse(item, pointer + "/" + index++);
    }
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      refuse(field.getValue(), pointer + JsonFaults.pointer(field.getKey()));
    }
  }

  private static void refuse(String text, String pointer) {
    if (text.codePoints().anyMatch(it -> it >= 0xD800 && it <= 0xDFFF)) {
      throw Problem.field(
          422,
          "FIELD_INVALID",
          pointer,
          "Half of a surrogate pair stands alone here, which is no text.");
    }
  }
}
