package ai.fileprocessing.platform;

import static ai.fileprocessing.platform.TestFloor.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.annotation.Nullable;
import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.io.ByteArrayOutputStream;
import java.lang.annotation.Annotation;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class JsonBodyTest {
  private static final int LIMIT = 1 << 20;

  enum Kind {
    ONE,
    TWO
  }

  record Inner(
      @Min(value = 1, message = "at least 1") Integer maxTokens,
      @DecimalMax(value = "1", message = "at most 1") Double temperature) {}

  record Sample(
      @NotBlank(message = "missing or blank") String name,
      Boolean on,
      Kind kind,
      List<@NotBlank(message = "blank") String> files,
      @Valid Inner inference,
      Map<@Size(max = 9, message = "long") String, @NotNull(message = "null") String> metadata) {}

  @Test
  void aRightBodyIsARecord() throws Exception {
    assertThat(
            read(
                """
                {"name": "n", "on": true, "kind": "TWO", "files": ["a", "b"],
                 "inference": {"max_tokens": 5, "temperature": 1}, "metadata": {"k": "v"}}
                """))
        .isEqualTo(
            new Sample(
                "n", true, Kind.TWO, List.of("a", "b"), new Inner(5, 1.0), Map.of("k", "v")));
  }

  @Test
  void whatIsLeftOutOrNullIsNull() throws Exception {
    assertThat(read("{\"name\": \"n\", \"files\": null, \"inference\": null}"))
        .isEqualTo(new Sample("n", null, null, null, null, null));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'name': 'n', 'user_id': 'x'} | /user_id",
        "{'name': 'n', 'inference': {'tools': []}} | /inference/tools",
        "{'name': 'n', 'inference': {'maxTokens': 5}} | /inference/maxTokens",
        "{'Name': 'n'} | /Name",
        "{'name': 'n', 'a/b~c': 1} | /a~1b~0c"
      })
  void anUnknownFieldIsNamed(String json, String pointer) {
    assertProblem(() -> quoted(json), 400, "FIELD_UNKNOWN", pointer);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'name': 5} | /name",
        "{'name': 5.5} | /name",
        "{'name': true} | /name",
        "{'name': ['n']} | /name",
        "{'name': {}} | /name",
        "{'on': 'true'} | /on",
        "{'on': 1} | /on",
        "{'on': ''} | /on",
        "{'kind': 'THREE'} | /kind",
        "{'kind': 'one'} | /kind",
        "{'kind': 1} | /kind",
        "{'kind': ''} | /kind",
        "{'files': 'a'} | /files",
        "{'files': ''} | /files",
        "{'files': {}} | /files",
        "{'files': ['a', 5]} | /files/1",
        "{'files': ['a', {}]} | /files/1",
        "{'inference': 'x'} | /inference",
        "{'inference': ''} | /inference",
        "{'inference': []} | /inference",
        "{'inference': {'max_tokens': '5'}} | /inference/max_tokens",
        "{'inference': {'max_tokens': ''}} | /inference/max_tokens",
        "{'inference': {'max_tokens': 5.5}} | /inference/max_tokens",
        "{'inference': {'max_tokens': 5.0}} | /inference/max_tokens",
        "{'inference': {'max_tokens': true}} | /inference/max_tokens",
        "{'inference': {'max_tokens': 99999999999}} | /inference/max_tokens",
        "{'inference': {'max_tokens': 1e1000000000}} | /inference/max_tokens",
        "{'inference': {'temperature': '0.4'}} | /inference/temperature",
        "{'inference': {'temperature': ''}} | /inference/temperature",
        "{'inference': {'temperature': false}} | /inference/temperature",
        "{'metadata': []} | /metadata",
        "{'metadata': {'k': 5}} | /metadata/k",
        "{'metadata': {'k': {}}} | /metadata/k"
      })
  void aWrongTypeIsNamedAndNothingIsGuessed(String json, String pointer) {
    assertProblem(() -> quoted(json), 400, "FIELD_TYPE", pointer);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'name': 'n', 'name': 'm'}",
        "{'name': 'n', 'metadata': {'k': '1', 'k': '2'}}",
        "{'name': 'n'} x",
        "{'name': 'n'}{'name': 'n'}",
        "{'name': 'n'",
        "{'name': 'n',}",
        "{name: 'n'}",
        "{'name': 'n' /* comment */}",
        "{'name': 'a\tb'}",
        "{'name': 'n', 'inference': {'temperature': NaN}}",
        "{'name': 'n', 'inference': {'max_tokens': 007}}",
        "{'name': '\\x'}",
        "null",
        "not json"
      })
  void whatIsNotWellFormedIsRefused(String json) {
    assertProblem(() -> quoted(json), 400, "JSON_INVALID");
  }

  /** The library reads the inner array's end as that of the outer, and names no place. */
  @Test
  void aListWithinAListIsRefused() {
    assertProblem(() -> quoted("{'name': 'n', 'files': ['a', ['b']]}"), 400, "JSON_INVALID");
    assertProblem(() -> quoted("{'files': ['a', ['b']], 'name': 'n'}"), 400, "JSON_INVALID");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "[]", "5", "'text'", "true"})
  void whatIsNoObjectIsRefused(String json) {
    assertProblem(() -> quoted(json), 400, "JSON_INVALID");
  }

  @Test
  void bytesThatAreNoUtf8AreRefused() {
    byte[] json = "{\"name\": \"\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1);

    assertProblem(() -> TestFloor.read(json, Sample.class), 400, "JSON_INVALID");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{\"name\":", "{\"files\":", "{\"other\":", "{\"metadata\":{\"k\":"})
  void nestingWithoutEndIsRefusedFast(String prefix) {
    for (String open : List.of("[", "{\"a\":")) {
      Problem problem = TestFloor.problem(() -> read(prefix + open.repeat(100_000)));

      assertThat(problem.status()).isEqualTo(400);
    }
  }

  @Test
  void aDecimalWithoutMeasureIsRefusedAsTooLarge() {
    assertProblem(
        () -> read("{\"name\": \"n\", \"inference\": {\"temperature\": 1e1000000000}}"),
        422,
        "FIELD_INVALID",
        "/inference/temperature");
  }

  @Test
  void aNumberOfAMillionDigitsIsRefusedFast() {
    String digits = "9".repeat(1_000_000);

    assertThat(
            TestFloor.problem(
                    () -> read("{\"name\":\"n\",\"inference\":{\"max_tokens\":" + digits + "}}"))
                .status())
        .isEqualTo(400);
  }

  @Test
  void aBodyMayHaveAMegabyteAndNotAByteMore() throws Exception {
    byte[] whole = new byte[LIMIT];
    Arrays.fill(whole, (byte) ' ');
    byte[] json = "{\"name\": \"n\"}".getBytes(StandardCharsets.UTF_8);
    System.arraycopy(json, 0, whole, 0, json.length);

    assertThat(TestFloor.read(whole, Sample.class).name()).isEqualTo("n");
    assertProblem(
        () -> TestFloor.read(Arrays.copyOf(whole, LIMIT + 1), Sample.class), 413, "BODY_TOO_LARGE");
  }

  @Test
  void everyViolationIsNamedByItsPlaceInTheBody() {
    assertProblem(
        () ->
            read(
                """
                {"name": " ", "files": ["a", "", null, "b"],
                 "inference": {"max_tokens": 0, "temperature": 1.5},
                 "metadata": {"much/too~long": "v", "k": null}}
                """),
        422,
        "FIELD_INVALID",
        "/files/1",
        "/files/2",
        "/inference/max_tokens",
        "/inference/temperature",
        "/metadata/k",
        "/metadata/much~1too~0long",
        "/name");
  }

  @Test
  void anEmptyBodyIsNullWhereTheParameterMayBeAndNothingElseIs() throws Exception {
    Annotation[] notes =
        JsonBodyTest.class.getDeclaredMethod("takes", Sample.class).getParameterAnnotations()[0];

    assertThat(TestFloor.read(new byte[0], Sample.class, notes)).isNull();
    for (String other : List.of(" ", "null", "{")) {
      byte[] json = other.getBytes(StandardCharsets.UTF_8);
      assertProblem(() -> TestFloor.read(json, Sample.class, notes), 400, "JSON_INVALID");
    }
  }

  static void takes(@Nullable Sample sample) {}

  @Test
  void aSingleViolationIsTheDetail() {
    assertThat(TestFloor.problem(() -> read("{}"))).hasMessage("missing or blank");
  }

  @Test
  void whatIsAbsentIsNotWritten() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    TestFloor.body()
        .writeTo(
            new Sample("\u00e9", null, null, List.of(), new Inner(5, null), null),
            Sample.class,
            Sample.class,
            null,
            null,
            null,
            out);

    assertThat(out.toString(StandardCharsets.UTF_8))
        .isEqualTo("{\"name\":\"\u00e9\",\"files\":[],\"inference\":{\"max_tokens\":5}}");
  }

  private static Sample quoted(String json) throws Exception {
    return read(json.replace('\'', '"'));
  }

  private static Sample read(String json) throws Exception {
    return TestFloor.read(json, Sample.class);
  }
}
