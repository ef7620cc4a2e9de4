package ai.fileprocessing.local;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.protocol.MarshallLocation;
import software.amazon.awssdk.core.protocol.MarshallingType;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.MapTrait;
import tools.jackson.databind.JsonNode;

/**
 * The shape of a Converse request, as AWS's own description of it in the SDK has it: fields that
 * are not in it, and values of another kind, are refused wherever they stand.
 */
final class ConverseShape {
  private static final List<SdkField<?>> REQUEST =
      software.amazon.awssdk.services.bedrockruntime.model.ConverseRequest.builder()
          .build()
          .sdkFields()
          .stream()
          .filter(field -> field.location() == MarshallLocation.PAYLOAD)
          .collect(Collectors.toList());

  private ConverseShape() {}

  static void require(JsonNode body) {
    requireObject(body, REQUEST, "#");
  }

  private static void requireObject(JsonNode json, List<SdkField<?>> fields, String where) {
    requireKind(json.isObject(), "JSONObject", json, where);
    var byName =
        fields.stream().collect(Collectors.toMap(SdkField::locationName, Function.identity()));
    for (var property : json.properties()) {
      SdkField<?> field =
          Optional.ofNullable(byName.get(property.getKey()))
              .orElseThrow(
                  () ->
                      malformed(
                          where + ": extraneous key [" + property.getKey() + "] is not permitted"));
      if (!property.getValue().isNull()) {
        requireValue(property.getValue(), field, where + "/" + property.getKey());
      }
    }
  }

  private static void requireValue(JsonNode json, SdkField<?> field, String where) {
    MarshallingType<?> type = field.marshallingType();
    if (type == MarshallingType.SDK_POJO) {
      requireObject(json, field.constructor().get().sdkFields(), where);
    } else if (type == MarshallingType.LIST) {
      requireKind(json.isArray(), "JSONArray", json, where);
      SdkField<?> element = field.getTrait(ListTrait.class).memberFieldInfo();
      for (int i = 0; i < json.size(); i++) {
        requireValue(json.path(i), element, where + "/" + i);
      }
    } else if (type == MarshallingType.MAP) {
      requireKind(json.isObject(), "JSONObject", json, where);
      SdkField<?> value = field.getTrait(MapTrait.class).valueFieldInfo();
      json.properties()
          .forEach(pair -> requireValue(pair.getValue(), value, where + "/" + pair.getKey()));
    } else if (type == MarshallingType.STRING || type == MarshallingType.SDK_BYTES) {
      requireKind(json.isString(), "String", json, where);
    } else if (type == MarshallingType.BOOLEAN) {
      requireKind(json.isBoolean(), "Boolean", json, where);
    } else if (type != MarshallingType.DOCUMENT) {
      requireKind(json.isNumber(), "Number", json, where);
    }
  }

  private static void requireKind(boolean right, String kind, JsonNode json, String where) {
    if (!right) {
      throw malformed(
          "%s: expected type: %s, found: %s".formatted(where, kind, json.getNodeType()));
    }
  }

  private static RefusedException malformed(String what) {
    return RefusedException.invalid(
        "Malformed input request: " + what + ", please reformat your input and try again.");
  }
}
