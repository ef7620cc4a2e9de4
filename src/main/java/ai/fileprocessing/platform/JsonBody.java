package ai.fileprocessing.platform;

import jakarta.annotation.Nullable;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.validation.Validator;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.MessageBodyReader;
import jakarta.ws.rs.ext.MessageBodyWriter;
import jakarta.ws.rs.ext.Provider;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Turns a JSON body into a valid record or a {@link Problem} that names the field, and a record or
 * list into JSON. Nothing behind it needs to check a shape again. An empty body is null where the
 * parameter is {@link Nullable}.
 */
@Provider
@Consumes(MediaType.APPLICATION_JSON)
@Produces({MediaType.APPLICATION_JSON, ProblemDetails.MEDIA_TYPE})
@ApplicationScoped
public class JsonBody implements MessageBodyReader<Record>, MessageBodyWriter<Object> {
  /** No request that is a record needs more; file contents do not come this way. */
  private static final int LIMIT = 1 << 20;

  @Inject private JsonMapper mapper;
  @Inject private Validator validator;

  @Override
  public boolean isReadable(Class<?> type, Type generic, Annotation[] notes, MediaType media) {
    return type.isRecord();
  }

  @Override
  public Record readFrom(
      Class<Record> type,
      Type generic,
      Annotation[] notes,
      MediaType media,
      MultivaluedMap<String, String> headers,
      InputStream body)
      throws IOException {
    byte[] bytes = body.readNBytes(LIMIT + 1);
    if (bytes.length > LIMIT) {
      throw Problem.of(
          413, "BODY_TOO_LARGE", "The JSON body is larger than " + LIMIT + " bytes. Send less.");
    }
    if (bytes.length == 0 && Arrays.stream(notes).anyMatch(Nullable.class::isInstance)) {
      return null;
    }
    if (bytes.length == 0) {
      throw Problem.of(400, "JSON_INVALID", "The body is empty. Send a JSON object.");
    }
    try {
      Record record = mapper.readValue(bytes, type);
      if (record == null) {
        throw Problem.of(400, "JSON_INVALID", "The body is null. Send a JSON object.");
      }
      HalfSurrogates.refuse(bytes, mapper);
      JsonFaults.refuseViolations(validator.validate(record));
      return record;
    } catch (JacksonException e) {
      throw JsonFaults.problem(e);
    }
  }

  @Override
  public boolean isWriteable(Class<?> type, Type generic, Annotation[] notes, MediaType media) {
    return type.isRecord() || List.class.isAssignableFrom(type);
  }

  @Override
  public void writeTo(
      Object value,
      Class<?> type,
      Type generic,
      Annotation[] notes,
      MediaType media,
      MultivaluedMap<String, Object> headers,
      OutputStream out)
      throws IOException {
    out.write(mapper.writeValueAsBytes(value));
  }
}
