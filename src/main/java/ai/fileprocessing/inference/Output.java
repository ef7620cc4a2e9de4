package ai.fileprocessing.inference;

import com.fasterxml.jackson.annotation.JsonValue;
import jakarta.validation.constraints.NotNull;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/**
 * What form an answer is to have.
 *
 * @param schema what an answer in JSON must be valid against (JSON Schema 2020-12); null where any
 *     object or array will do
 */
public record Output(
    @NotNull(message = "format is missing; it is one of text, markdown, json.") Format format,
    JsonNode schema) {
  /** As the model likes it, which is what a job gets that asks for nothing else. */
  public static final Output TEXT = new Output(Format.TEXT, null);

  /** In what an answer is written. */
  public enum Format {
    TEXT,
    MARKDOWN,
    JSON;

    /** Its name in JSON. */
    @JsonValue
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public Output {
    schema = schema == null || schema.isNull() ? null : schema;
  }

  /** How many characters its schema has when it is written; zero without one. */
  public int schemaLength() {
    return schema == null ? 0 : schema.toString().length();
  }
}
