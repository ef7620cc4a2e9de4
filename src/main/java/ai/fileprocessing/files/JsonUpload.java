package ai.fileprocessing.files;

import ai.fileprocessing.platform.JsonFaults;
import ai.fileprocessing.platform.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The JSON form of an upload, {@code {"filename", "content": base64, "content_type"?}}, read as a
 * stream: the content is decoded to disk as it arrives and is never a string in memory.
 */
final class JsonUpload {
  private static final List<String> FIELDS = List.of("content", "content_type", "filename");

  private final Path folder;
  private final long limit;

  private String filename;
  private String contentType;
  private Spool content;

  private JsonUpload(Path folder, long limit) {
    this.folder = folder;
    this.limit = limit;
  }

  /**
   * Reads the whole body.
   *
   * @throws Problem 400, 413 or 422 that names the field; nothing stays on disk
   */
  static Upload read(InputStream body, JsonMapper mapper, Path folder, long limit)
      throws IOException {
    JsonUpload upload = new JsonUpload(folder, limit);
    try (JsonParser parser = mapper.createParser(body)) {
      return upload.read(parser);
    } catch (JacksonIOException e) {
      // The connection or the disk, and no fault of the JSON.
      upload.discard();
      throw e.getCause();
    } catch (JacksonException e) {
      upload.discard();
      throw JsonFaults.problem(e);
    } catch (IOException | RuntimeException e) {
      upload.discard();
      throw e;
    }
  }

  private Upload read(JsonParser parser) throws IOException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw Problem.of(400, "JSON_INVALID", "The body is not a JSON object.");
    }
    for (String field = parser.nextName(); field != null; field = parser.nextName()) {
      JsonToken value = parser.nextToken();
      switch (field) {
        case "filename" -> filename = text(parser, value);
        case "content_type" -> contentType = text(parser, value);
        case "content" -> content = decoded(parser, value);
        default -> throw JsonFaults.unknown(JsonFaults.pointer(field), FIELDS);
      }
    }
    if (parser.nextToken() != null) {
      throw Problem.of(400, "JSON_INVALID", "There is something behind the JSON object.");
    }
    return new Upload(required("filename", filename), contentType, required("content", content));
  }

  private static String text(JsonParser parser, JsonToken value) {
    if (value != JsonToken.VALUE_STRING) {
      throw JsonFaults.mistyped(JsonFaults.pointer(parser.currentName()), "a string");
    }
    return parser.getString();
  }

  private Spool decoded(JsonParser parser, JsonToken value) throws IOException {
    if (value != JsonToken.VALUE_STRING) {
      throw JsonFaults.mistyped("/content", "a string");
    }
    try {
      return Spool.of(out -> parser.readBinaryValue(out), folder, limit);
    } catch (JacksonIOException e) {
      throw e;
    } catch (JacksonException e) {
      throw Problem.field(
          400, "CONTENT_INVALID", "/content", "content is not valid base64 (RFC 4648, section 4).");
    }
  }

  private static <T> T required(String field, T value) {
    if (value == null) {
      throw Problem.field(422, "FIELD_INVALID", "/" + field, field + " is missing.");
    }
    return value;
  }

  private void discard() {
    if (content != null) {
      content.close();
    }
  }
}
