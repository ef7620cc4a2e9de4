package ai.fileprocessing.inference;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fileprocessing.inference.Outcome.Answered;
import ai.fileprocessing.inference.Outcome.Failed;
import ai.fileprocessing.inference.Outcome.Passing;
import ai.fileprocessing.inference.Output.Format;
import ai.fileprocessing.platform.TestFloor;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.document.Document;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.BedrockRuntimeResponseMetadata;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseRequest;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseResponse;
import software.amazon.awssdk.services.bedrockruntime.model.Message;
import software.amazon.awssdk.services.bedrockruntime.model.SystemContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ThrottlingException;
import software.amazon.awssdk.services.bedrockruntime.model.ToolResultStatus;
import software.amazon.awssdk.services.bedrockruntime.model.ToolUseBlock;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Answers in the form that was asked for, from a model that says what a test makes it say. */
class AnswerFormTest {
  private static final String WITH_TEXT_FORMAT = "global.anthropic.claude-haiku-4-5-20251001-v1:0";
  private static final String WITH_TOOL = "anthropic.claude-3-haiku-20240307-v1:0";
  private static final String WITH_NEITHER = "meta.llama3-70b-instruct-v1:0";
  private static final JsonNode SCHEMA =
      JsonMapper.shared()
          .readTree(
              """
              {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"],
               "additionalProperties": false}
              """);
  private static final Output JSON = new Output(Format.JSON, null);
  private static final Output VALID = new Output(Format.JSON, SCHEMA);
  private static final Usage ONE_CALL = new Usage(10, 2, 0, 0, 0);
  private static final Usage TWO_CALLS = new Usage(20, 4, 0, 0, 0);

  private final Deque<ConverseResponse> answers = new ArrayDeque<>();
  private final List<ConverseRequest> requests = new ArrayList<>();

  @Test
  void whoWantsTextIsAskedAsEver() {
    says("end_turn", "```json\n{}\n```");

    assertThat(infer(WITH_TOOL, Output.TEXT).after(List.of()))
        .isEqualTo(answered("```json\n{}\n```", "end_turn", ONE_CALL));
    assertThat(requests.get(0).system()).containsExactly(SystemContentBlock.fromText("the prompt"));
    assertThat(requests.get(0).toolConfig()).isNull();
    assertThat(requests.get(0).outputConfig()).isNull();
  }

  @Test
  void markdownIsAskedForBesideThePromptAndTakenAsItIs() {
    says("end_turn", "# Title\n");

    assertThat(infer(WITH_TOOL, new Output(Format.MARKDOWN, null)).after(List.of()))
        .isEqualTo(answered("# Title\n", "end_turn", ONE_CALL));
    assertThat(instructions()).singleElement().satisfies(it -> assertThat(it).contains("Markdown"));
    assertThat(requests.get(0).toolConfig()).isNull();
  }

  @Test
  void jsonWithoutASchemaIsAskedForInWordsAlone() {
    says("end_turn", "[1]");

    assertThat(infer(WITH_TEXT_FORMAT, JSON)).isInstanceOf(Answered.class);
    assertThat(instructions()).singleElement().satisfies(it -> assertThat(it).contains("JSON"));
    assertThat(requests.get(0).outputConfig()).isNull();
    assertThat(requests.get(0).toolConfig()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"n\": 1}",
        "\n{\"n\": 1} \n",
        "```json\n{\"n\": 1}\n```",
        "```JSON\n{\"n\": 1}\n```\n",
        "```\n{\"n\": 1}\n```"
      })
  void whatStandsAroundTheJsonIsTakenOff(String text) {
    says("end_turn", text);

    assertThat(infer(WITH_NEITHER, JSON).after(List.of()))
        .isEqualTo(answered("{\"n\": 1}", "end_turn", ONE_CALL));
  }

  @Test
  void aModelThatBedrockCanHoldToASchemaIsHeldByBedrock() {
    says("end_turn", "{\"n\": 1}");

    assertThat(infer(WITH_TEXT_FORMAT, VALID)).isInstanceOf(Answered.class);
    var format = requests.get(0).outputConfig().textFormat();
    assertThat(format.typeAsString()).isEqualTo("json_schema");
    assertThat(JsonMapper.shared().readTree(format.structure().jsonSchema().schema()))
        .isEqualTo(SCHEMA);
    assertThat(requests.get(0).toolConfig()).isNull();
    assertThat(instructions()).isEmpty();
  }

  @Test
  void aModelWithToolsAnswersToOne() {
    gives("tool_use", "{\"n\": 1}");

    assertThat(infer(WITH_TOOL, VALID).after(List.of()))
        .isEqualTo(answered("{\"n\":1}", "tool_use", ONE_CALL));
    var tools = requests.get(0).toolConfig();
    assertThat(tools.toolChoice().tool().name()).isEqualTo("answer");
    assertThat(tools.tools()).hasSize(1);
    assertThat(tools.tools().get(0).toolSpec().name()).isEqualTo("answer");
    assertThat(ToolJson.json(tools.tools().get(0).toolSpec().inputSchema().json()))
        .isEqualTo(SCHEMA);
    assertThat(requests.get(0).outputConfig()).isNull();
    assertThat(instructions()).isEmpty();
  }

  @Test
  void anyOtherModelIsToldTheSchema() {
    says("end_turn", "{\"n\": 1}");

    assertThat(infer(WITH_NEITHER, VALID)).isInstanceOf(Answered.class);
    assertThat(instructions())
        .singleElement()
        .satisfies(it -> assertThat(it).contains(SCHEMA.toString()));
    assertThat(requests.get(0).toolConfig()).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Here it is: {\"n\": 1} | it is not one JSON value (line 1, column",
        "{\"n\": 1} {\"n\": 1} | it is not one JSON value",
        "{\"n\": 1, \"n\": 2} | it is not one JSON value",
        "```json | it is not one JSON value",
        "\"secret\" | it is neither a JSON object nor an array",
        "{} | the whole: required property 'n' not found",
        "{\"n\": \"secret\"} | /n: string found, integer expected"
      })
  void anAnswerThatIsWrongIsCorrectedWhenItsFaultIsNamed(String wrong, String why) {
    says("end_turn", wrong);
    says("end_turn", "```json\n{\"n\": 2}\n```");

    Outcome outcome = infer(WITH_NEITHER, VALID);

    assertThat(outcome.after(List.of())).isEqualTo(answered("{\"n\": 2}", "end_turn", TWO_CALLS));
    assertThat(outcome.calls())
        .extracting(ModelCall::outcome)
        .containsExactly("OUTPUT_INVALID", "ANSWERED");
    List<Message> messages = requests.get(1).messages();
    assertThat(messages)
        .extracting(Message::roleAsString)
        .containsExactly("user", "assistant", "user");
    assertThat(messages.get(0)).isEqualTo(requests.get(0).messages().get(0));
    assertThat(messages.get(1).content()).containsExactly(ContentBlock.fromText(wrong));
    assertThat(messages.get(2).content().get(0).text()).contains(why).doesNotContain("secret");
  }

  @Test
  void anAnswerThatStaysWrongIsNoSuccessAndIsNotAskedForAThirdTime() {
    says("end_turn", "{}");
    says("end_turn", "{\"n\": \"secret\"}");

    Outcome outcome = infer(WITH_NEITHER, VALID);

    assertThat(outcome)
        .isInstanceOfSatisfying(
            Failed.class,
            failed -> {
              assertThat(failed.code()).isEqualTo("OUTPUT_INVALID");
              assertThat(failed.message()).contains("/n: string found").doesNotContain("secret");
              assertThat(failed.usage()).isEqualTo(TWO_CALLS);
            });
    assertThat(outcome.calls())
        .extracting(ModelCall::outcome)
        .containsExactly("OUTPUT_INVALID", "OUTPUT_INVALID");
  }

  @Test
  void whatAToolWasGivenWronglyIsSentBackAsItsError() {
    gives("tool_use", "{\"n\": \"x\"}");
    gives("tool_use", "{\"n\": -12345678901234567890}");

    assertThat(infer(WITH_TOOL, VALID).after(List.of()))
        .isEqualTo(answered("{\"n\":-12345678901234567890}", "tool_use", TWO_CALLS));
    List<Message> messages = requests.get(1).messages();
    assertThat(messages).hasSize(3);
    ToolUseBlock call = messages.get(1).content().get(0).toolUse();
    assertThat(ToolJson.json(call.input()).toString()).isEqualTo("{\"n\":\"x\"}");
    var result = messages.get(2).content().get(0).toolResult();
    assertThat(result.toolUseId()).isEqualTo(call.toolUseId());
    assertThat(result.status()).isEqualTo(ToolResultStatus.ERROR);
    assertThat(result.content().get(0).text()).contains("/n: string found, integer expected");
    assertThat(requests.get(1).toolConfig()).isEqualTo(requests.get(0).toolConfig());
  }

  @Test
  void aNumberThatNothingCanHoldIsSentBackToo() {
    gives("tool_use", Document.fromMap(Map.of("n", Document.fromNumber("1e99999999999"))));
    gives("tool_use", "{\"n\": 1}");

    assertThat(infer(WITH_TOOL, VALID)).isInstanceOf(Answered.class);
    assertThat(requests).hasSize(2);
  }

  @Test
  void aModelThatAnswersInTextAlthoughItHasAToolIsUnderstood() {
    says("end_turn", "{\"n\": 1}");

    assertThat(infer(WITH_TOOL, VALID).after(List.of()))
        .isEqualTo(answered("{\"n\": 1}", "end_turn", ONE_CALL));
  }

  @Test
  void whatWasGivenToAToolAndCutIsNoSuccess() {
    gives("max_tokens", "{\"n\": 1}");

    assertFailed(infer(WITH_TOOL, VALID), "OUTPUT_TRUNCATED", ONE_CALL);
  }

  @Test
  void aToolCallThatNobodyAskedForIsNoSuccess() {
    gives("tool_use", "{\"n\": 1}");

    assertFailed(infer(WITH_NEITHER, VALID), "OUTPUT_MALFORMED", ONE_CALL);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"n\": 1e400}", "{\"n\": 1, \"more\": [{\"m\": -1e400}]}"})
  void aNumberThatNoBoundCanHoldIsNoSuccess(String answer) {
    says("end_turn", answer);
    says("end_turn", answer);

    assertFailed(infer(WITH_NEITHER, VALID), "OUTPUT_INVALID", TWO_CALLS);
  }

  @Test
  void whatIsHeldToItsSchemaBeginsAnewWithEachCallAndIsNotContinued() {
    says("max_tokens", "{\"n\":");
    says("end_turn", "{\"n\": 1}");

    assertFailed(infer(WITH_TEXT_FORMAT, VALID), "OUTPUT_TRUNCATED", new Usage(10, 2, 0, 0, 20));
  }

  @Test
  void jsonThatIsCutIsContinued() {
    says("max_tokens", "{\"n\":");
    says("end_turn", " 1}");

    assertThat(infer(WITH_NEITHER, VALID).after(List.of()))
        .isEqualTo(answered("{\"n\": 1}", "end_turn", TWO_CALLS));
  }

  @Test
  void whatOneCallCouldNotHoldIsNotAskedForAgain() {
    says("max_tokens", "{\"n\":");
    says("end_turn", " x}");

    assertFailed(infer(WITH_NEITHER, VALID), "OUTPUT_INVALID", TWO_CALLS);
  }

  @Test
  void aCorrectionIsOneCall() {
    says("end_turn", "{}");
    says("max_tokens", "{\"n\":");

    assertFailed(infer(WITH_NEITHER, VALID), "OUTPUT_TRUNCATED", TWO_CALLS);
  }

  @Test
  void aCorrectionThatIsThrottledMakesTheWholeWaitAndCounts() {
    says("end_turn", "{}");

    Outcome outcome = infer(WITH_NEITHER, VALID);

    assertThat(outcome)
        .isInstanceOfSatisfying(
            Outcome.Passing.class, passing -> assertThat(passing.attempted()).isTrue());
    assertThat(outcome.calls())
        .extracting(ModelCall::outcome)
        .containsExactly("OUTPUT_INVALID", "MODEL_THROTTLED");
  }

  @Test
  void anAnswerThatCannotBeCheckedIsNoSuccess() {
    JsonNode endless =
        JsonMapper.shared()
            .readTree("{\"type\":\"object\",\"properties\":{\"n\":{\"$ref\":\"#/properties/n\"}}}");
    says("end_turn", "{\"n\": 1}");

    assertFailed(infer(WITH_NEITHER, new Output(Format.JSON, endless)), "OUTPUT_INVALID", ONE_CALL);
  }

  @Test
  void aContinuationThatIsThrottledGoesOnLaterWhereTheAnswerWasCutOff() {
    Remembering course = new Remembering();
    says("max_tokens", "Hel");
    says("max_tokens", "l");

    assertThrottled(infer(WITH_NEITHER, Output.TEXT, course));
    assertThat(course.counted).isEqualTo(TWO_CALLS);
    says("end_turn", "o");
    Outcome second = infer(WITH_NEITHER, Output.TEXT, course);

    assertThat(second.after(List.of())).isEqualTo(answered("Hello", "end_turn", ONE_CALL));
    assertThat(second.calls()).extracting(ModelCall::outcome).containsExactly("ANSWERED");
    assertThat(requests).hasSize(4);
    assertThat(requests.get(3)).isEqualTo(requests.get(2));
  }

  @Test
  void aCorrectionThatIsThrottledIsAskedForLaterWithoutTheAnswerThatWasWrong() {
    Remembering course = new Remembering();
    gives("tool_use", "{\"n\": \"one\"}");

    assertThrottled(infer(WITH_TOOL, VALID, course));
    gives("tool_use", "{\"n\": 1}");
    Outcome second = infer(WITH_TOOL, VALID, course);

    assertThat(second.after(List.of())).isEqualTo(answered("{\"n\":1}", "tool_use", ONE_CALL));
    assertThat(requests).hasSize(3);
    assertThat(requests.get(2)).isEqualTo(requests.get(1));
  }

  @Test
  void aCorrectionInWordsThatIsThrottledIsAskedForLaterToo() {
    Remembering course = new Remembering();
    says("end_turn", "no JSON");

    assertThrottled(infer(WITH_NEITHER, VALID, course));
    says("end_turn", "{\"n\": 1}");

    assertThat(infer(WITH_NEITHER, VALID, course)).isInstanceOf(Answered.class);
    assertThat(requests.get(2)).isEqualTo(requests.get(1));
  }

  @Test
  void whatWasSaidToAnAnswerThatIsGoneIsNotHeardAgain() {
    Remembering course = new Remembering();
    says("max_tokens", "one ");
    says("max_tokens", "two ");
    assertThrottled(infer(WITH_NEITHER, Output.TEXT, course));
    course.kept.replaceAll(
        (name, said) -> name.endsWith("-call-1") ? "what nobody can read" : said);
    says("max_tokens", "another ");
    says("end_turn", "end");

    assertThat(infer(WITH_NEITHER, Output.TEXT, course).after(List.of()))
        .isEqualTo(answered("another end", "end_turn", TWO_CALLS));
  }

  @Test
  void anAnswerThatNeedsNothingMoreIsNotKept() {
    Remembering course = new Remembering();
    says("end_turn", "{\"n\": 1}");

    infer(WITH_NEITHER, VALID, course);

    assertThat(course.kept).isEmpty();
  }

  private static void assertThrottled(Outcome outcome) {
    assertThat(outcome)
        .isInstanceOfSatisfying(
            Passing.class, it -> assertThat(it.cause()).isEqualTo(Passing.Cause.THROTTLED));
  }

  @Test
  void aCallWhoseAnswerTheServiceCannotHandleIsPaidAndKnown() {
    Document broken =
        (Document)
            Proxy.newProxyInstance(
                Document.class.getClassLoader(),
                new Class<?>[] {Document.class},
                (proxy, method, arguments) -> {
                  throw new IllegalStateException("It cannot be read");
                });
    gives("tool_use", broken);

    assertThat(infer(WITH_TOOL, VALID))
        .isInstanceOfSatisfying(
            Passing.class,
            passing -> {
              assertThat(passing.attempted()).isTrue();
              assertThat(passing.cause()).isEqualTo(Passing.Cause.WORKER);
              assertThat(passing.calls())
                  .singleElement()
                  .satisfies(
                      call -> {
                        assertThat(call.outcome()).isEqualTo(ModelCall.BROKEN_OFF);
                        assertThat(call.usage()).isEqualTo(ONE_CALL);
                      });
            });
  }

  private List<String> instructions() {
    return requests.get(0).system().stream().skip(1).map(SystemContentBlock::text).toList();
  }

  private static void assertFailed(Outcome outcome, String code, Usage usage) {
    assertThat(outcome)
        .isInstanceOfSatisfying(
            Failed.class,
            failed -> {
              assertThat(failed.code()).isEqualTo(code);
              assertThat(failed.usage()).isEqualTo(usage);
            });
  }

  private void says(String stopReason, String text) {
    answer(stopReason, ContentBlock.fromText(text));
  }

  private void gives(String stopReason, String json) {
    gives(stopReason, ToolJson.document(JsonMapper.shared().readTree(json)));
  }

  private void gives(String stopReason, Document input) {
    answer(
        stopReason,
        ContentBlock.fromToolUse(
            ToolUseBlock.builder()
                .toolUseId("call-" + answers.size())
                .name("answer")
                .input(input)
                .build()));
  }

  private void answer(String stopReason, ContentBlock content) {
    ConverseResponse.Builder answer =
        ConverseResponse.builder()
            .output(it -> it.message(message -> message.role("assistant").content(content)))
            .stopReason(stopReason)
            .usage(usage -> usage.inputTokens(10).outputTokens(2));
    answer.responseMetadata(
        BedrockRuntimeResponseMetadata.create(
            software.amazon.awssdk.awscore.DefaultAwsResponseMetadata.create(Map.of())));
    answers.add(answer.build());
  }

  private static Answered answered(String text, String stopReason, Usage usage) {
    return new Answered(text, stopReason, usage, List.of(), List.of(Route.TEXT));
  }

  private Outcome infer(String model, Output output) {
    return infer(model, output, Questions.UNWATCHED);
  }

  private Outcome infer(String model, Output output, Course course) {
    InferenceSettings settings = InferenceSettings.from(TestFloor.settings(Map.of()));
    Ask ask = new Ask(model, new Parameters(100, null, null, null), "the prompt", output);
    return new Converse(
            new Scripted(),
            new Requests(new ModelList(settings), settings),
            new ModelList(settings),
            settings,
            Clock.systemUTC())
        .infer(
            new Question(
                ask,
                List.of(
                    new Input(0, "notes.txt", "text/plain", "t".getBytes(StandardCharsets.UTF_8))),
                1,
                Map.of("job_id", "j", "file_id", "f")),
            Questions.UNCOUNTED,
            course);
  }

  /** Says one answer after the other, and that it is throttled when there is none left. */
  private final class Scripted implements BedrockRuntimeClient {
    @Override
    public ConverseResponse converse(ConverseRequest request) {
      requests.add(request);
      if (answers.isEmpty()) {
        throw ThrottlingException.builder().build();
      }
      return answers.poll();
    }

    @Override
    public String serviceName() {
      return SERVICE_NAME;
    }

    @Override
    public void close() {}
  }
}
