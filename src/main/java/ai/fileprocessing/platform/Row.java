package ai.fileprocessing.platform;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The attributes of one DynamoDB item, written and read by type. */
public final class Row {
  private final Map<String, AttributeValue> values;

  /** An empty row, to be filled. */
  public Row() {
    this(new HashMap<>());
  }

  /** A row as it was read. */
  public Row(Map<String, AttributeValue> values) {
    this.values = values;
  }

  /** Sets a text. */
  public Row text(String name, String value) {
    values.put(name, AttributeValue.fromS(value));
    return this;
  }

  /** Sets a number. */
  public Row number(String name, long value) {
    values.put(name, AttributeValue.fromN(Long.toString(value)));
    return this;
  }

  /** Sets bytes. */
  public Row bytes(String name, byte[] value) {
    values.put(name, AttributeValue.fromB(SdkBytes.fromByteArray(value)));
    return this;
  }

  /** Sets a list of rows within this one. */
  public Row rows(String name, List<Row> rows) {
    values.put(
        name,
        AttributeValue.fromL(rows.stream().map(it -> AttributeValue.fromM(it.values)).toList()));
    return this;
  }

  /** A list of rows within this one, empty where there is none. */
  public List<Row> rows(String name) {
    return Optional.ofNullable(values.get(name)).map(AttributeValue::l).orElse(List.of()).stream()
        .map(it -> new Row(it.m()))
        .toList();
  }

  /** Whether there is such an attribute. */
  public boolean has(String name) {
    return values.containsKey(name);
  }

  /** A text that every such row has. */
  public String text(String name) {
    return optionalText(name)
        .orElseThrow(() -> new IllegalStateException("A row lacks its attribute " + name + "."));
  }

  /** A text that a row may have. */
  public Optional<String> optionalText(String name) {
    return Optional.ofNullable(values.get(name)).map(AttributeValue::s);
  }

  /** A number, zero where the row has none. */
  public long number(String name) {
    return Optional.ofNullable(values.get(name)).map(it -> Long.parseLong(it.n())).orElse(0L);
  }

  /** Bytes, empty where the row has none. */
  public byte[] bytes(String name) {
    return Optional.ofNullable(values.get(name))
        .map(it -> it.b().asByteArray())
        .orElseGet(() -> new byte[0]);
  }

  /** The attributes as the SDK takes them. */
  public Map<String, AttributeValue> values() {
    return values;
  }
}
