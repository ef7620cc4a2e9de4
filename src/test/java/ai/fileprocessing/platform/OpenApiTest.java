package ai.fileprocessing.platform;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.parameters.Parameter;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.parser.OpenAPIV3Parser;
import io.swagger.v3.parser.core.models.SwaggerParseResult;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HttpMethod;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.BeanProperty;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.jsonFormatVisitors.JsonFormatVisitorWrapper;
import tools.jackson.databind.jsonFormatVisitors.JsonObjectFormatVisitor;

/** Holds the API description against the code that it describes. */
class OpenApiTest {
  private static final Path DOCUMENT = Path.of("src/main/webapp/META-INF/openapi.yaml");
  private static final Path SOURCES = Path.of("src/main/java");

  /** A status and a code side by side, which is how every problem but the next kind is made. */
  private static final Pattern PROBLEM = Pattern.compile("\\b([45]\\d\\d),\\s*\"([A-Z][A-Z_]+)\"");

  private static final Pattern UNAUTHORIZED =
      Pattern.compile("\\bunauthorized\\(\\s*\"([A-Z][A-Z_]+)\"");

  private static final Pattern FILE_ERROR =
      Pattern.compile(
          "\\b(?:new\\s+(?:Failed|Passing|UnusableFileException|JobFile\\.Error)|failed)\\(\\s*\"([A-Z][A-Z_]+)\"");

  private static final Pattern CODE = Pattern.compile("`([A-Z]+(?:_[A-Z]+)*)`");

  /** A row of a table of codes: the code, and whatever the second column holds. */
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `([A-Z_]+)` \\| ([^|]*) \\|");

  private static SwaggerParseResult parsed;
  private static OpenAPI api;

  @BeforeAll
  static void parse() {
    parsed = new OpenAPIV3Parser().readLocation(DOCUMENT.toString(), null, null);
    api = parsed.getOpenAPI();
  }

  @Test
  void theDocumentIsOpenApiThatAParserHasNothingToSayAbout() {
    assertThat(parsed.getMessages()).isEmpty();
    assertThat(api.getOpenapi()).isEqualTo("3.1.0");
  }

  @Test
  void theDocumentHasTheCallsOfTheResourcesAndNoOthers() {
    assertThat(documentedCalls().keySet())
        .containsExactlyInAnyOrderElementsOf(offeredCalls().keySet());
  }

  @Test
  void everyCallTakesTheContentTypesThatItsResourceTakes() {
    Map<String, Set<String>> documented = new TreeMap<>();
    documentedCalls()
        .forEach(
            (call, operation) ->
                documented.put(
                    call,
                    operation.getRequestBody() == null
                        ? Set.of()
                        : operation.getRequestBody().getContent().keySet()));

    assertThat(documented).isEqualTo(offeredCalls());
  }

  @Test
  void everyPartOfAPathInBracesIsAParameterOfThatPath() {
    api.getPaths()
        .forEach(
            (path, item) ->
                assertThat(
                        Optional.ofNullable(item.getParameters()).orElse(List.of()).stream()
                            .map(OpenApiTest::resolved)
                            .filter(parameter -> parameter.getIn().equals("path"))
                            .map(Parameter::getName))
                    .as(path)
                    .containsExactlyInAnyOrderElementsOf(
                        matches(Pattern.compile("\\{(\\w+)}"), path)
                            .map(found -> found.group(1))
                            .toList()));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "StoredFile, ai.fileprocessing.files.StoredFile",
    "DownloadLink, ai.fileprocessing.platform.DownloadLink",
    "NewJob, ai.fileprocessing.jobs.NewJob",
    "NewText, ai.fileprocessing.jobs.NewText",
    "NewRetry, ai.fileprocessing.jobs.NewRetry",
    "Parameters, ai.fileprocessing.inference.Parameters",
    "Output, ai.fileprocessing.inference.Output",
    "Job, ai.fileprocessing.jobs.Job",
    "JobFile, ai.fileprocessing.jobs.JobFile",
    "JobFileError, ai.fileprocessing.jobs.JobFile$Error",
    "Waiting, ai.fileprocessing.jobs.Waiting",
    "Attempt, ai.fileprocessing.jobs.Attempt",
    "Counts, ai.fileprocessing.jobs.Job$Counts",
    "Usage, ai.fileprocessing.inference.Usage",
    "DryRun, ai.fileprocessing.jobs.DryRun",
    "DryRunInput, ai.fileprocessing.jobs.DryRun$Input",
    "Estimate, ai.fileprocessing.inference.Estimate",
    "EstimateRange, ai.fileprocessing.inference.Estimate$Range",
    "Manifest, ai.fileprocessing.jobs.Manifest",
    "ManifestInput, ai.fileprocessing.jobs.Manifest$Input",
    "ManifestResult, ai.fileprocessing.jobs.Manifest$Result",
    "UsageReport, ai.fileprocessing.jobs.UsageReport",
    "UsageLine, ai.fileprocessing.jobs.UsageReport$Line",
    "UsageTotal, ai.fileprocessing.jobs.UsageReport$Total",
    "Model, ai.fileprocessing.inference.Model",
    "ModelFormats, ai.fileprocessing.inference.Traits$Formats",
    "ModelLimits, ai.fileprocessing.inference.Traits$Limits",
    "DocumentLimits, ai.fileprocessing.inference.Traits$Documents",
    "ImageLimits, ai.fileprocessing.inference.Traits$Images",
    "ModelFeatures, ai.fileprocessing.inference.Traits$Features",
    "Price, ai.fileprocessing.inference.Price",
    "NewPrompt, ai.fileprocessing.inference.NewPrompt",
    "SavedPrompt, ai.fileprocessing.inference.SavedPrompt",
    "ProblemDetails, ai.fileprocessing.platform.ProblemDetails",
    "FieldError, ai.fileprocessing.platform.Problem$FieldError"
  })
  void aSchemaHasThePropertiesThatItsRecordHasInJson(String schema, String record)
      throws ClassNotFoundException {
    assertThat(properties(schema(schema)).keySet())
        .containsExactlyInAnyOrderElementsOf(jsonProperties(Class.forName(record)));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "JobStatus, ai.fileprocessing.jobs.JobStatus",
    "FileStatus, ai.fileprocessing.jobs.FileStatus"
  })
  void aSchemaHasTheValuesOfItsEnumAndExplainsEach(String schema, String type)
      throws ClassNotFoundException {
    List<String> values =
        Arrays.stream(Class.forName(type).getEnumConstants()).map(Object::toString).toList();

    assertThat(schema(schema).getEnum().stream().map(Object::toString))
        .containsExactlyInAnyOrderElementsOf(values);
    assertThat(table(schema(schema)).keySet()).containsExactlyInAnyOrderElementsOf(values);
  }

  @Test
  void everyObjectInARequestOfJsonRefusesFieldsThatItDoesNotKnow() {
    List<Schema<?>> objects = new ArrayList<>();
    documentedCalls().values().stream()
        .filter(operation -> operation.getRequestBody() != null)
        .map(operation -> operation.getRequestBody().getContent().get("application/json"))
        .forEach(content -> addObjects(objects, resolved(content.getSchema())));

    assertThat(objects)
        .isNotEmpty()
        .allSatisfy(
            object ->
                assertThat(object.getAdditionalProperties())
                    .isInstanceOfSatisfying(
                        Schema.class,
                        others -> assertThat(others.getBooleanSchemaValue()).isFalse()));
  }

  @Test
  void everyPropertyIsDescribed() {
    List<String> silent = new ArrayList<>();
    for (String name : api.getComponents().getSchemas().keySet()) {
      properties(schema(name))
          .forEach(
              (property, value) -> {
                if (resolved(value).getDescription() == null) {
                  silent.add(name + "." + property);
                }
              });
    }

    assertThat(silent).isEmpty();
  }

  @Test
  void everyCodeOfAProblemIsListedWithItsStatusAndNoOtherIs() {
    Map<String, Set<String>> used = new TreeMap<>();
    source(PROBLEM).forEach(found -> statuses(used, found.group(2)).add(found.group(1)));
    source(UNAUTHORIZED).forEach(found -> statuses(used, found.group(1)).add("401"));
    Map<String, Set<String>> listed = new TreeMap<>();
    table(property("ProblemDetails", "code"))
        .forEach(
            (code, statuses) ->
                listed.put(code, new TreeSet<>(Arrays.asList(statuses.split(", ")))));

    assertThat(used).isNotEmpty();
    assertThat(listed).isEqualTo(used);
  }

  @Test
  void everyCodeOfAFilesErrorIsListedAndNoOtherIs() {
    Set<String> used = source(FILE_ERROR).map(found -> found.group(1)).collect(Collectors.toSet());

    assertThat(used).isNotEmpty();
    assertThat(table(property("JobFileError", "code")).keySet())
        .containsExactlyInAnyOrderElementsOf(used);
  }

  @Test
  void everyErrorAnswerNamesItsCodesAndOnlyThoseOfItsStatus() {
    Map<String, String> listed = table(property("ProblemDetails", "code"));
    documentedCalls()
        .forEach(
            (call, operation) ->
                operation.getResponses().entrySet().stream()
                    .filter(response -> response.getKey().compareTo("400") >= 0)
                    .forEach(
                        response ->
                            assertThat(codes(response.getValue()))
                                .as(call + " " + response.getKey())
                                .isNotEmpty()
                                .allMatch(
                                    code ->
                                        listed
                                            .getOrDefault(code, "")
                                            .contains(response.getKey()))));
  }

  /** Method and path, as the document has them. */
  private static Map<String, Operation> documentedCalls() {
    Map<String, Operation> calls = new TreeMap<>();
    for (Map.Entry<String, PathItem> path : api.getPaths().entrySet()) {
      path.getValue()
          .readOperationsMap()
          .forEach((method, operation) -> calls.put(method + " " + path.getKey(), operation));
    }
    return calls;
  }

  /** Method and path, with the content types that they take, as the resources have them. */
  private static Map<String, Set<String>> offeredCalls() {
    Map<String, Set<String>> calls = new TreeMap<>();
    for (JavaClass resource :
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("ai.fileprocessing")) {
      if (resource.isAnnotatedWith(jakarta.ws.rs.Path.class)) {
        String root = resource.getAnnotationOfType(jakarta.ws.rs.Path.class).value();
        resource.getMethods().forEach(method -> addCall(calls, root, method));
      }
    }
    return calls;
  }

  private static void addCall(Map<String, Set<String>> calls, String root, JavaMethod method) {
    for (var annotation : method.reflect().getAnnotations()) {
      HttpMethod http = annotation.annotationType().getAnnotation(HttpMethod.class);
      if (http != null) {
        String path =
            method
                .tryGetAnnotationOfType(jakarta.ws.rs.Path.class)
                .map(below -> root + "/" + below.value())
                .orElse(root);
        Set<String> types =
            calls.computeIfAbsent(http.value() + " " + path, call -> new HashSet<>());
        method
            .tryGetAnnotationOfType(Consumes.class)
            .ifPresent(consumes -> types.addAll(List.of(consumes.value())));
      }
    }
  }

  private static Set<String> jsonProperties(Class<?> record) {
    Set<String> names = new TreeSet<>();
    Json.strict()
        .acceptJsonFormatVisitor(
            record,
            new JsonFormatVisitorWrapper.Base() {
              @Override
              public JsonObjectFormatVisitor expectObjectFormat(JavaType type) {
                return new JsonObjectFormatVisitor.Base(getContext()) {
                  @Override
                  public void property(BeanProperty property) {
                    names.add(property.getName());
                  }

                  @Override
                  public void optionalProperty(BeanProperty property) {
                    names.add(property.getName());
                  }
                };
              }
            });
    return names;
  }

  /** Every property of a schema and of the schemas that it is put together from. */
  private static Map<String, Schema<?>> properties(Schema<?> schema) {
    Map<String, Schema<?>> properties = new TreeMap<>();
    if (schema.getAllOf() != null) {
      for (Schema<?> part : schema.getAllOf()) {
        properties.putAll(properties(resolved(part)));
      }
    }
    if (schema.getProperties() != null) {
      for (String name : schema.getProperties().keySet()) {
        properties.put(name, schema.getProperties().get(name));
      }
    }
    return properties;
  }

  /** A schema and those below it, as far as they have properties of their own. */
  private static void addObjects(List<Schema<?>> objects, Schema<?> schema) {
    if (!properties(schema).isEmpty()) {
      objects.add(schema);
      properties(schema).values().forEach(property -> addObjects(objects, resolved(property)));
    }
  }

  private static Schema<?> property(String schema, String name) {
    return schema(schema).getProperties().get(name);
  }

  private static Schema<?> schema(String name) {
    assertThat(api.getComponents().getSchemas()).containsKey(name);
    return api.getComponents().getSchemas().get(name);
  }

  private static Schema<?> resolved(Schema<?> schema) {
    return schema.get$ref() == null ? schema : schema(lastOf(schema.get$ref()));
  }

  private static Parameter resolved(Parameter parameter) {
    return parameter.get$ref() == null
        ? parameter
        : api.getComponents().getParameters().get(lastOf(parameter.get$ref()));
  }

  private static String lastOf(String reference) {
    return reference.substring(reference.lastIndexOf('/') + 1);
  }

  /** The codes that the description of an answer names behind the word "Code" or "Codes". */
  private static List<String> codes(ApiResponse answer) {
    String description =
        answer.get$ref() == null
            ? answer.getDescription()
            : api.getComponents().getResponses().get(lastOf(answer.get$ref())).getDescription();
    return matches(CODE, description.replaceFirst("(?s)^.*?Codes?: ", ""))
        .map(found -> found.group(1))
        .toList();
  }

  private static Map<String, String> table(Schema<?> described) {
    return matches(ROW, described.getDescription())
        .collect(Collectors.toMap(row -> row.group(1), row -> row.group(2)));
  }

  private static Set<String> statuses(Map<String, Set<String>> codes, String code) {
    return codes.computeIfAbsent(code, it -> new TreeSet<>());
  }

  private static Stream<MatchResult> source(Pattern pattern) {
    try (Stream<Path> files = Files.walk(SOURCES)) {
      return files.filter(file -> file.toString().endsWith(".java")).toList().stream()
          .flatMap(file -> matches(pattern, read(file)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<MatchResult> matches(Pattern pattern, String text) {
    return pattern.matcher(text).results();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
