package ai.fileprocessing.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import ai.fileprocessing.CorpusFile;
import ai.fileprocessing.inference.Outcome.Answered;
import ai.fileprocessing.inference.Outcome.Failed;
import ai.fileprocessing.inference.Outcome.Passing;
import ai.fileprocessing.platform.TestFloor;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.awscore.DefaultAwsResponseMetadata;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ConversationRole;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseRequest;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseResponse;
import software.amazon.awssdk.services.bedrockruntime.model.StopReason;
import software.amazon.awssdk.services.bedrockruntime.model.ThrottlingException;
import software.amazon.awssdk.services.bedrockruntime.model.ValidationException;

/** Inputs that are too much for one call, before a model whose answers a test writes. */
class PartsTest {
  private static final String MODEL = "global.anthropic.claude-haiku-4-5-20251001-v1:0";
  private static final Usage EACH = new Usage(10, 2, 0, 0, 20);

  private final InferenceSettings shipped = settings(Map.of());
  private final List<ConverseRequest> asked = new ArrayList<>();
  private Function<ConverseRequest, String> model = request -> "answer " + asked.size();

  @AfterEach
  void calm() {
    Thread.interrupted();
  }

  @Test
  void aTextThatIsTooLongIsAskedAboutInPartsAndTheAnswersAreMerged() {
    String text = paragraphs(1_400_000);

    Outcome outcome = infer("text/plain", Papers.utf8(text));

    assertThat(asked).hasSize(4);
    List<String> parts =
        asked.subList(0, 3).stream().map(it -> texts(it).get(1)).collect(Collectors.toList());
    assertThat(String.join("", parts)).isEqualTo(text);
    assertThat(parts.subList(0, 2)).allSatisfy(it -> assertThat(it).endsWith(".\n\n"));
    assertThat(texts(asked.get(1)).get(0)).startsWith("What follows is part 2 of 3 of one input,");
    assertThat(asked)
        .allSatisfy(
            it -> {
              assertThat(it.system().get(0).text()).isEqualTo("the prompt");
              assertThat(it.messages()).hasSize(1);
              assertThat(it.messages().get(0).role()).isEqualTo(ConversationRole.USER);
            });
    List<String> merge = texts(asked.get(3));
    assertThat(merge).hasSize(8).contains("answer 1", "answer 2", "answer 3");
    assertThat(merge.indexOf("answer 1")).isLessThan(merge.indexOf("answer 2"));
    assertThat(outcome)
        .isInstanceOfSatisfying(
            Answered.class,
            answered -> {
              assertThat(answered.text()).isEqualTo("answer 4");
              assertThat(answered.usage()).isEqualTo(new Usage(40, 8, 0, 0, 80));
              assertThat(answered.routes()).containsExactly(Route.PARTS);
              assertThat(answered.calls())
                  .hasSize(4)
                  .extracting(ModelCall::usage)
                  .containsOnly(EACH);
            });
  }

  @Test
  void answersThatAreTooLongTogetherAreMergedInGroups() {
    model = request -> isMerge(request) ? "merged" : "a".repeat(250_000);

    Outcome outcome = infer("text/plain", Papers.utf8(paragraphs(2_300_000)));

    assertThat(asked).filteredOn(PartsTest::isMerge).hasSize(3);
    assertThat(((Answered) outcome).text()).isEqualTo("merged");
    assertThat(texts(asked.get(asked.size() - 1))).contains("merged", "merged");
  }

  @Test
  void mergesThatWerePaidForAreNotAskedForAgainWhenTheLastIsThrottled() {
    Remembering course = new Remembering();
    byte[] text = Papers.utf8(paragraphs(2_300_000));
    List<Integer> merges = new ArrayList<>();
    model =
        request -> {
          if (isMerge(request)) {
            merges.add(asked.size());
            if (merges.size() == 3) {
              throw ThrottlingException.builder().statusCode(429).build();
            }
            return "merged " + merges.size();
          }
          return asked.size() + "a".repeat(250_000);
        };

    Outcome first = infer(shipped, "text/plain", text, course);
    Outcome second = infer(shipped, "text/plain", text, course);

    assertThat(((Passing) first).cause()).isEqualTo(Passing.Cause.THROTTLED);
    assertThat(second.calls()).hasSize(1);
    assertThat(texts(asked.get(asked.size() - 1))).contains("merged 1", "merged 2");
    assertThat(((Answered) second).text()).isEqualTo("merged 4");
    // All but the last call, which was refused, and the one that gave the answer.
    assertThat(course.counted.inputTokens()).isEqualTo(10L * (asked.size() - 2));
  }

  @Test
  void answersThatCannotBeMergedFail() {
    model = request -> "a".repeat(500_000);

    assertFailed(infer("text/plain", Papers.utf8(paragraphs(1_000_000))), "ANSWERS_TOO_LONG");
    assertThat(asked).hasSize(2);
  }

  @Test
  void aFaultInOnePartIsTheQuestionsAndNothingMoreIsAsked() {
    model =
        request -> {
          if (asked.size() == 2) {
            throw ThrottlingException.builder().statusCode(429).build();
          }
          return "fine";
        };

    Outcome outcome = infer("text/plain", Papers.utf8(paragraphs(1_400_000)));

    assertThat(outcome)
        .isInstanceOfSatisfying(
            Passing.class,
            passing -> {
              assertThat(passing.code()).isEqualTo("MODEL_THROTTLED");
              assertThat(passing.attempted()).as("the first part was paid for").isTrue();
              assertThat(passing.calls())
                  .extracting(ModelCall::outcome)
                  .containsExactly("ANSWERED", "MODEL_THROTTLED");
            });
  }

  @Test
  void aPartThatAnEarlierTryHasPaidForIsNotAskedAgain() {
    Remembering course = new Remembering();
    byte[] text = Papers.utf8(paragraphs(1_400_000));
    model =
        request -> {
          if (asked.size() == 3) {
            throw ThrottlingException.builder().statusCode(429).build();
          }
          return "answer " + asked.size();
        };
    Outcome first = infer(shipped, "text/plain", text, course);
    assertThat(first).isInstanceOf(Passing.class);
    Outcome second = infer(shipped, "text/plain", text, course);

    assertThat(second.calls()).hasSize(2);
    assertThat(texts(asked.get(3)).get(0)).startsWith("What follows is part 3 of 3");
    assertThat(texts(asked.get(4))).contains("answer 1", "answer 2", "answer 4");
    assertThat(((Answered) second).usage()).isEqualTo(new Usage(20, 4, 0, 0, 40));
  }

  @Test
  void pagesAreKnownAgainWithTheirAnswers() {
    Remembering course = new Remembering();
    byte[] pdf = Papers.pdf(230, 0);
    model =
        request -> {
          if (asked.size() == 2) {
            throw ThrottlingException.builder().statusCode(429).build();
          }
          return "answer " + asked.size();
        };
    infer(shipped, "application/pdf", pdf, course);
    infer(shipped, "application/pdf", pdf, course);

    assertThat(asked).hasSize(5);
    assertThat(course.kept.keySet())
        .containsExactlyInAnyOrder("pages-1-100", "pages-101-200", "pages-201-230");
  }

  @Test
  void whatNobodyWantsAnyMoreIsNotAskedOn() {
    Remembering course = new Remembering();
    course.left = 1;

    Outcome outcome = infer(shipped, "text/plain", Papers.utf8(paragraphs(1_400_000)), course);

    assertThat(asked).hasSize(2);
    assertThat(outcome)
        .isInstanceOfSatisfying(
            Passing.class,
            passing -> {
              assertThat(passing.cause()).isEqualTo(Passing.Cause.CANCELLED);
              assertThat(passing.attempted()).isTrue();
              assertThat(passing.calls()).hasSize(2);
            });
  }

  @Test
  void aFileOfOnePartIsNotKept() {
    Remembering course = new Remembering();

    infer(shipped, "text/plain", Papers.utf8(paragraphs(1_000)), course);

    assertThat(course.kept).isEmpty();
  }

  @Test
  void aFailureInTheMergeTellsTheTokensOfAll() {
    model = request -> isMerge(request) ? "" : "fine";

    Outcome outcome = infer("text/plain", Papers.utf8(paragraphs(1_000_000)));

    assertFailed(outcome, "OUTPUT_EMPTY");
    assertThat(((Failed) outcome).usage()).isEqualTo(new Usage(30, 6, 0, 0, 60));
    assertThat(outcome.calls()).hasSize(3);
  }

  @Test
  void anInterruptionBetweenPartsStopsAndIsAnswered() {
    model =
        request -> {
          Thread.currentThread().interrupt();
          return "fine";
        };

    Outcome outcome = infer("text/plain", Papers.utf8(paragraphs(1_400_000)));

    assertThat(outcome)
        .isInstanceOfSatisfying(
            Passing.class,
            passing -> {
              assertThat(passing.cause()).isEqualTo(Passing.Cause.CANCELLED);
              assertThat(passing.attempted()).isTrue();
              assertThat(passing.calls())
                  .extracting(ModelCall::outcome)
                  .containsExactly("ANSWERED", "CANCELLED");
            });
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void anInterruptionWhileAFileIsReadAsksNothing() {
    Thread.currentThread().interrupt();

    Outcome outcome = infer("application/rtf", Papers.rtf("text"));

    assertThat(outcome)
        .isEqualTo(
            new Passing("CANCELLED", "The call was stopped.", false, Passing.Cause.CANCELLED));
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  static Stream<Arguments> parted() {
    return Stream.of(
        arguments("text/plain", Papers.utf8(paragraphs(1_000_000))),
        arguments(Papers.ODT, Papers.odt("<text:p>" + words(1_000_000) + "</text:p>", "")),
        arguments("application/pdf", Papers.pdf(230, 3_000)));
  }

  @ParameterizedTest
  @MethodSource("parted")
  void whileAModelThinksNothingRefersToAFileThatItIsShownInParts(String type, byte[] content) {
    List<Long> told = new ArrayList<>();
    Question question = question(type, content.clone());
    WeakReference<byte[]> raw = new WeakReference<>(question.inputs().get(0).content());
    long before = Footprint.of(question.inputs().get(0).facts());
    model =
        request -> {
          await()
              .until(
                  () -> {
                    System.gc();
                    return raw.get() == null;
                  });
          return "fine";
        };

    Outcome outcome = converse(shipped).infer(question, told::add, Questions.UNWATCHED);

    assertThat(outcome).isInstanceOf(Answered.class);
    assertThat(asked).hasSizeGreaterThan(2);
    assertThat(told.get(told.size() - 1)).isLessThan(Math.max(before, told.get(0)));
    assertThat(question.inputs().get(0).size()).isEqualTo(content.length);
  }

  @Test
  void whatIsReadAgainWaitsForMemoryAgainAndIsNotHeldMeanwhile() {
    Question question = question(Papers.XLSX, Papers.xlsx(words(2_000_000)));
    WeakReference<byte[]> raw = new WeakReference<>(question.inputs().get(0).content());
    List<Long> told = new ArrayList<>();
    List<Integer> answered = new ArrayList<>();
    AtomicInteger calls = new AtomicInteger();
    model =
        request -> {
          calls.incrementAndGet();
          // What was asked is remembered there, with all its bytes.
          asked.clear();
          if (request.messages().get(0).content().stream().anyMatch(it -> it.document() != null)) {
            throw tooLong();
          }
          return "fine";
        };

    Outcome outcome =
        converse(shipped)
            .infer(
                question,
                bytes -> {
                  told.add(bytes);
                  answered.add(calls.get());
                  if (answered.contains(1)) {
                    await()
                        .until(
                            () -> {
                              System.gc();
                              return raw.get() == null;
                            });
                  }
                },
                Questions.UNWATCHED);

    assertThat(((Answered) outcome).routes()).containsExactly(Route.EXTRACTED_TEXT);
    // As a document; then before it is read, while its text is found, and while it is asked about.
    assertThat(answered).startsWith(0, 1, 1, 1, 2);
    assertThat(told.get(2)).isGreaterThan(told.get(0)).isGreaterThan(told.get(3));
  }

  @Test
  void aBookIsReadAgainWhereItHasMoreStructureThanThereIsRoomFor() {
    byte[] book = CorpusFile.named("300-pages.pdf").bytes();
    List<Long> told = new ArrayList<>();

    Outcome outcome =
        converse(shipped).infer(question("application/pdf", book), told::add, Questions.UNWATCHED);

    assertThat(((Answered) outcome).routes()).containsExactly(Route.SPLIT_PAGES);
    // While it is read, while it is asked about, and after each of three parts.
    assertThat(told).hasSizeGreaterThanOrEqualTo(5);
    assertThat(told.get(0))
        .isGreaterThan(Footprint.of(new Fit.Facts("a", "application/pdf", book.length)))
        .isLessThan(32 << 20);
    assertThat(told.get(1)).isLessThan(told.get(0));
  }

  @Test
  void whoIsInterruptedWhileItWaitsForMemoryIsCancelled() {
    Outcome outcome =
        converse(shipped)
            .infer(
                question("text/plain", Papers.utf8("text")),
                bytes -> {
                  throw new InterruptedException();
                },
                Questions.UNWATCHED);

    assertThat(outcome)
        .isEqualTo(
            new Passing("CANCELLED", "The call was stopped.", false, Passing.Cause.CANCELLED));
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void nothingIsLeftOnTheDisk() throws Exception {
    List<Path> before = left();

    infer("application/pdf", Papers.pdf(230, 3_000));
    infer("application/pdf", Papers.utf8("%PDF-1.7\n" + words(100_000)));
    infer("text/plain", Papers.utf8(paragraphs(1_000_000)));

    assertThat(left()).isEqualTo(before);
  }

  private static List<Path> left() throws IOException {
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files.filter(it -> it.getFileName().toString().startsWith("input-")).sorted().toList();
    }
  }

  @Test
  void whatTheModelFindsTooLongIsAskedAboutInSmallerParts() {
    model =
        request -> {
          if (length(request) > 100_000) {
            throw tooLong();
          }
          return "fine";
        };

    Outcome outcome = infer("text/plain", Papers.utf8(paragraphs(350_000)));

    assertThat(outcome).isInstanceOf(Answered.class);
    assertThat(((Answered) outcome).routes()).containsExactly(Route.PARTS);
    assertThat(outcome.calls())
        .extracting(ModelCall::outcome)
        .startsWith("INPUT_TOO_LONG", "INPUT_TOO_LONG", "ANSWERED")
        .endsWith("ANSWERED");
  }

  @Test
  void onlyThePartThatIsTooLongIsAskedAboutInSmallerOnes() {
    String text = paragraphs(1_200_000) + "0x9f3a,".repeat(60_000);
    List<String> answered = new ArrayList<>();
    model =
        request -> {
          if (isMerge(request)) {
            return "merged";
          }
          String part = texts(request).get(1);
          if (part.contains("0x9f3a") && part.length() > 300_000) {
            throw tooLong();
          }
          answered.add(part);
          return "fine";
        };

    Outcome outcome = infer("text/plain", Papers.utf8(text));

    assertThat(((Answered) outcome).text()).isEqualTo("merged");
    assertThat(String.join("", answered)).isEqualTo(text);
    assertThat(outcome.calls())
        .extracting(ModelCall::outcome)
        .containsExactly(
            "ANSWERED", "ANSWERED", "INPUT_TOO_LONG", "ANSWERED", "ANSWERED", "ANSWERED");
    assertThat(texts(asked.get(4)).get(0)).contains("part 4 of 4");
  }

  @Test
  void pagesThatAreTooManyAreHalvedAndOthersStay() {
    model =
        request -> {
          if (texts(request).get(0).contains("pages 101 to 200")) {
            throw tooLong();
          }
          return "fine";
        };
    Remembering course = new Remembering();

    Outcome outcome = infer(shipped, "application/pdf", Papers.pdf(230, 0), course);

    assertThat(((Answered) outcome).routes()).containsExactly(Route.SPLIT_PAGES);
    assertThat(course.kept.keySet())
        .containsExactlyInAnyOrder(
            "pages-1-100", "pages-101-150", "pages-151-200", "pages-201-230");
    assertThat(asked).hasSize(6);
  }

  @Test
  void aPdfThatIsTooLongAsAWholeIsSplitToo() {
    model =
        request -> {
          if (asked.size() == 1) {
            throw tooLong();
          }
          return "fine";
        };

    Outcome outcome = infer("application/pdf", Papers.pdf(9, 0));

    assertThat(((Answered) outcome).routes()).containsExactly(Route.SPLIT_PAGES);
    assertThat(texts(asked.get(1)).get(0)).contains("pages 1 to 4");
    assertThat(texts(asked.get(2)).get(0)).contains("pages 5 to 9");
  }

  @Test
  void smallerPartsCountAgainstTheMostThatThereMayBe() {
    model =
        request -> {
          if (texts(request).get(0).contains("pages 101 to 200")) {
            throw tooLong();
          }
          return "fine";
        };

    Outcome outcome =
        infer(settings(Map.of("inference.most.parts", "3")), "application/pdf", Papers.pdf(230, 0));

    assertFailed(outcome, "INPUT_TOO_LONG");
    assertThat(((Failed) outcome).message()).contains("4 questions; the most is 3");
    assertThat(asked).hasSize(2);
  }

  @Test
  void answersAreCountedUntilTheyAreMerged() {
    List<Long> told = new ArrayList<>();
    model = request -> isMerge(request) ? "merged" : "a".repeat(100_000);

    Outcome outcome =
        converse(shipped)
            .infer(question("application/pdf", Papers.pdf(230, 0)), told::add, Questions.UNWATCHED);

    assertThat(((Answered) outcome).text()).isEqualTo("merged");
    assertThat(told.get(2) - told.get(1)).isEqualTo(100_000);
    assertThat(told.get(told.size() - 1)).isEqualTo(4 * 300_000);
  }

  @Test
  void whatIsTooLongHoweverShortFails() {
    model =
        request -> {
          throw tooLong();
        };

    assertFailed(infer("text/plain", Papers.utf8(paragraphs(500_000))), "INPUT_TOO_LONG");
    assertThat(asked).hasSize(4);
  }

  @Test
  void whatCannotBeMadeSmallerIsAskedAboutOnce() {
    model =
        request -> {
          throw tooLong();
        };

    assertFailed(infer("image/png", Papers.image("png", 10, 10)), "INPUT_TOO_LONG");
    assertThat(asked).hasSize(1);
  }

  @Test
  void aTableThatIsTooLongAsADocumentIsAskedAboutAsText() {
    model =
        request -> {
          if (request.messages().get(0).content().stream().anyMatch(it -> it.document() != null)) {
            throw tooLong();
          }
          return "fine";
        };

    Outcome outcome = infer(Papers.XLSX, Papers.xlsx("a cell"));

    assertThat(((Answered) outcome).routes()).containsExactly(Route.EXTRACTED_TEXT);
    assertThat(texts(asked.get(1)).get(0)).contains("a cell");
  }

  @Test
  void aPdfOfMorePagesThanACallTakesIsSplit() throws Exception {
    Outcome outcome = infer("application/pdf", Papers.pdf(230, 0));

    assertThat(asked).hasSize(4);
    assertThat(((Answered) outcome).routes()).containsExactly(Route.SPLIT_PAGES);
    List<Integer> pages = new ArrayList<>();
    for (ConverseRequest request : asked.subList(0, 3)) {
      List<ContentBlock> content = request.messages().get(0).content();
      assertThat(content).hasSize(2);
      pages.add(
          new PdfPages(
                  content.get(1).document().source().bytes().asByteArray(),
                  BoundedPdf.MOST,
                  new Patience(Duration.ofMinutes(1)))
              .count());
    }
    assertThat(pages).containsExactly(100, 100, 30);
    assertThat(texts(asked.get(2)).get(0)).contains("part 3 of 3", "pages 201 to 230");
  }

  @Test
  void morePartsThanAllowedFailBeforeAnyIsAsked() {
    Outcome outcome =
        infer(settings(Map.of("inference.most.parts", "2")), "application/pdf", Papers.pdf(230, 0));

    assertFailed(outcome, "INPUT_TOO_LONG");
    assertThat(asked).isEmpty();
  }

  private static ValidationException tooLong() {
    return ValidationException.builder().message("Input is too long for requested model.").build();
  }

  private static boolean isMerge(ConverseRequest request) {
    return texts(request).get(0).contains("Merge the answers");
  }

  private static long length(ConverseRequest request) {
    return texts(request).stream().mapToLong(String::length).sum();
  }

  private static List<String> texts(ConverseRequest request) {
    return request.messages().get(0).content().stream()
        .map(ContentBlock::text)
        .filter(it -> it != null)
        .toList();
  }

  private static String paragraphs(int length) {
    return IntStream.range(0, length / 100)
        .mapToObj(i -> ("Paragraph %06d " + "x".repeat(81) + ".\n\n").formatted(i))
        .collect(Collectors.joining());
  }

  private static InferenceSettings settings(Map<String, String> changes) {
    return InferenceSettings.from(TestFloor.settings(changes));
  }

  private Outcome infer(String type, byte[] content) {
    return infer(shipped, type, content);
  }

  private Outcome infer(InferenceSettings settings, String type, byte[] content) {
    return infer(settings, type, content, Questions.UNWATCHED);
  }

  private Outcome infer(InferenceSettings settings, String type, byte[] content, Course course) {
    return converse(settings).infer(question(type, content), Questions.UNCOUNTED, course);
  }

  private Converse converse(InferenceSettings settings) {
    return new Converse(
        new Told(),
        new Requests(new ModelList(settings), settings),
        new ModelList(settings),
        settings,
        Clock.systemUTC());
  }

  private static Question question(String type, byte[] content) {
    return new Question(
        new Ask(MODEL, new Parameters(4_096, null, null, null), "the prompt"),
        List.of(new Input(0, "name", type, content)),
        1,
        Map.of());
  }

  /** That cannot be packed well. */
  private static String words(int length) {
    Random random = new Random(1);
    StringBuilder words = new StringBuilder();
    while (words.length() < length) {
      words.append(Long.toString(random.nextLong() >>> 1, 36)).append(' ');
    }
    return words.toString();
  }

  private static void assertFailed(Outcome outcome, String code) {
    assertThat(outcome)
        .isInstanceOfSatisfying(
            Failed.class,
            failed -> {
              assertThat(failed.code()).isEqualTo(code);
              assertThat(failed.message()).endsWith(".");
            });
  }

  /** Answers what it is told to, and asks nothing in an interrupted thread, as the SDK does. */
  private final class Told implements BedrockRuntimeClient {
    @Override
    public ConverseResponse converse(ConverseRequest request) {
      if (Thread.currentThread().isInterrupted()) {
        throw AbortedException.create("", new InterruptedException());
      }
      asked.add(request);
      String text = model.apply(request);
      ConverseResponse.Builder answer =
          ConverseResponse.builder()
              .output(
                  output ->
                      output.message(
                          it ->
                              it.role(ConversationRole.ASSISTANT)
                                  .content(ContentBlock.fromText(text))))
              .stopReason(StopReason.END_TURN)
              .usage(it -> it.inputTokens(10).outputTokens(2));
      answer.responseMetadata(DefaultAwsResponseMetadata.create(Map.of()));
      return answer.build();
    }

    @Override
    public String serviceName() {
      return SERVICE_NAME;
    }

    @Override
    public void close() {}
  }
}
