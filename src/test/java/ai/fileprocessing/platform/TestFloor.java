package ai.fileprocessing.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import ai.fileprocessing.local.StandIns;
import jakarta.validation.Validation;
import jakarta.validation.ValidatorFactory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.annotation.Annotation;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.hibernate.validator.messageinterpolation.ParameterMessageInterpolator;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;

/** The floor under the tests of the rooms, which cannot reach its package-private parts. */
public final class TestFloor {
  private static final ValidatorFactory VALIDATORS =
      Validation.byDefaultProvider()
          .configure()
          .messageInterpolator(new ParameterMessageInterpolator())
          .buildValidatorFactory();

  private TestFloor() {}

  /** Nobody else's. */
  public static String user() {
    return "user-" + UUID.randomUUID();
  }

  /** Settings that point at the stand-ins, some of them changed; the changes are by key. */
  public static Settings settings(Map<String, String> changes) {
    Map<String, String> environment = StandIns.shared().environment();
    return new Settings(
        key ->
            Optional.ofNullable(changes.get(key))
                .or(
                    () ->
                        Optional.ofNullable(
                            environment.get(new Settings.Key(key, "", "").variable()))));
  }

  public static DownloadLinks links(Clock clock) {
    return new DownloadLinks(StandIns.shared().s3Presigner(), clock);
  }

  /** As they are unless an operator switches them on. */
  public static Traces noTraces() {
    return new Traces(Telemetry.OFF);
  }

  /** The client of production for model calls; it needs credentials in system properties. */
  public static BedrockRuntimeClient bedrock(Map<String, String> changes) {
    return new AwsClients(AwsSettings.from(settings(changes)), Telemetry.OFF).bedrock();
  }

  /** Reads a body as the server does. */
  public static <T extends Record> T read(String json, Class<T> type) throws IOException {
    return read(json.getBytes(StandardCharsets.UTF_8), type);
  }

  static <T extends Record> T read(byte[] json, Class<T> type) throws IOException {
    return read(json, type, new Annotation[0]);
  }

  /** Reads a body for a parameter with these annotations. */
  @SuppressWarnings("unchecked")
  static <T extends Record> T read(byte[] json, Class<T> type, Annotation[] notes)
      throws IOException {
    Class<Record> record = (Class<Record>) (Class<?>) type;
    return (T) body().readFrom(record, record, notes, null, null, new ByteArrayInputStream(json));
  }

  static JsonBody body() {
    JsonBody body = new JsonBody();
    inject(body, "mapper", Json.strict());
    inject(body, "validator", VALIDATORS.getValidator());
    return body;
  }

  /** The problem that a call ends with. */
  static Problem problem(ThrowingCallable call) {
    Throwable thrown = catchThrowable(call);
    assertThat(thrown).isInstanceOf(Problem.class);
    return (Problem) thrown;
  }

  /** That a call ends with a problem which names exactly these places. */
  public static void assertProblem(
      ThrowingCallable call, int status, String code, String... pointers) {
    Problem problem = problem(call);
    assertThat(problem.code()).as(problem.getMessage()).isEqualTo(code);
    assertThat(problem.status()).isEqualTo(status);
    assertThat(problem.errors()).extracting(Problem.FieldError::pointer).containsExactly(pointers);
    assertThat(texts(problem))
        .allSatisfy(
            text -> assertThat(text).doesNotContain("ai.fileprocessing", "java.", "tools."));
  }

  private static List<String> texts(Problem problem) {
    return java.util.stream.Stream.concat(
            java.util.stream.Stream.of(problem.getMessage()),
            problem.errors().stream().map(Problem.FieldError::detail))
        .toList();
  }

  private static void inject(Object target, String name, Object value) {
    try {
      Field field = target.getClass().getDeclaredField(name);
      field.setAccessible(true);
      field.set(target, value);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }
}
