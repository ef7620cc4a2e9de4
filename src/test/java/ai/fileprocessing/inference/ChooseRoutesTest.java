package ai.fileprocessing.inference;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fileprocessing.inference.Fit.Facts;
import ai.fileprocessing.inference.Fit.Fits;
import ai.fileprocessing.inference.Fit.Misfit;
import ai.fileprocessing.platform.TestFloor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChooseRoutesTest {
  private static final long MB = 1 << 20;
  private static final Ask ASK = ask("global.anthropic.claude-haiku-4-5-20251001-v1:0");

  private final ChooseRoutes routes = routes(Map.of());

  @ParameterizedTest
  @CsvSource({
    "application/pdf,DOCUMENT",
    "application/msword,DOCUMENT",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document,DOCUMENT",
    "application/vnd.ms-excel,DOCUMENT",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet,DOCUMENT",
    "text/csv,DOCUMENT",
    "text/html,DOCUMENT",
    "text/html; charset=utf-8,DOCUMENT",
    "TEXT/HTML,DOCUMENT",
    "image/png,IMAGE",
    "image/jpeg,IMAGE",
    "image/gif,IMAGE",
    "image/webp,IMAGE",
    "text/plain,TEXT",
    "text/markdown,TEXT",
    "text/x-java-source,TEXT",
    "application/json,TEXT",
    "application/ld+json,TEXT",
    "application/xml,TEXT",
    "application/yaml,TEXT",
    "application/octet-stream,TEXT",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation,EXTRACTED_TEXT",
    "application/vnd.ms-powerpoint,EXTRACTED_TEXT",
    "application/vnd.oasis.opendocument.text,EXTRACTED_TEXT",
    "application/vnd.oasis.opendocument.spreadsheet,EXTRACTED_TEXT",
    "application/vnd.oasis.opendocument.presentation,EXTRACTED_TEXT",
    "application/rtf,EXTRACTED_TEXT",
    "application/epub+zip,EXTRACTED_TEXT",
    "message/rfc822,EXTRACTED_TEXT"
  })
  void everyTypeHasItsRoute(String type, Route route) {
    assertThat(alone(type, 1_000)).isEqualTo(new Fits(route));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/zip",
        "video/mp4",
        "audio/mpeg",
        "image/tiff",
        "application/x-dosexec",
        ""
      })
  void whatIsNotTakenIsToldWithWhatIs(String type) {
    assertThat(why(alone(type, 1_000))).contains("cannot be processed", "pdf, docx", "Convert it.");
  }

  @Test
  void aDocumentWithAPasswordIsToldToBeOne() {
    assertThat(why(alone("application/encrypted", 1_000))).contains("protected by a password");
  }

  @Test
  void anEmptyFileIsNoInput() {
    assertThat(why(alone("text/plain", 0))).isEqualTo("The file is empty.");
  }

  @Test
  void whatIsTooLargeForOneWayTakesAnother() {
    assertThat(alone(Papers.DOCX, 9 * MB / 2)).isEqualTo(new Fits(Route.DOCUMENT));
    assertThat(alone(Papers.DOCX, 9 * MB / 2 + 1)).isEqualTo(new Fits(Route.EXTRACTED_TEXT));
    assertThat(alone("application/pdf", 20 * MB)).isEqualTo(new Fits(Route.DOCUMENT));
    assertThat(alone("application/pdf", 25 * MB)).isEqualTo(new Fits(Route.SPLIT_PAGES));
    assertThat(alone("text/csv", 2 * MB)).isEqualTo(new Fits(Route.PARTS));
    assertThat(alone("text/plain", 2 * MB)).isEqualTo(new Fits(Route.PARTS));
  }

  @Test
  void theLimitOfADocumentIsItsModels() {
    Ask old = ask("anthropic.claude-3-haiku-20240307-v1:0");
    Ask nova = ask("us.amazon.nova-lite-v1:0");

    assertThat(routes.alone(old, facts("application/pdf", 5 * MB)))
        .isEqualTo(new Fits(Route.SPLIT_PAGES));
    assertThat(routes.alone(nova, facts("application/pdf", 5 * MB)))
        .isEqualTo(new Fits(Route.DOCUMENT));
    assertThat(routes.alone(nova, facts(Papers.DOCX, 5 * MB))).isEqualTo(new Fits(Route.DOCUMENT));
    assertThat(routes.alone(nova, facts(Papers.XLSX, 5 * MB)))
        .isEqualTo(new Fits(Route.EXTRACTED_TEXT));
  }

  @Test
  void aLimitIsToldWithItsRemedy() {
    assertThat(why(alone("image/png", 15 * MB / 4 + 1)))
        .contains("3932161 bytes", "most is 3932160", "Scale it down");
    assertThat(why(alone("text/plain", 25 * MB + 1))).contains("26214401", "26214400", "Split it.");
    assertThat(why(alone("application/rtf", 26 * MB))).contains("Split it.");
  }

  @Test
  void moreQuestionsThanAllowedAreToldBeforeAnyIsAsked() {
    ChooseRoutes few = routes(Map.of("inference.most.parts", "2"));

    assertThat(why(few.alone(ASK, facts("text/plain", 2 * MB)))).contains("Split it");
    assertThat(few.alone(ASK, facts("text/plain", MB))).isEqualTo(new Fits(Route.PARTS));
  }

  @Test
  void aLongPromptAndALongAnswerLeaveLessRoom() {
    Limits limits = Limits.of(models(Map.of()).traits(ASK.model()));
    Ask wordy = new Ask(ASK.model(), new Parameters(30_000, null, null, null), "p".repeat(9_000));

    assertThat(limits.room(ASK) - limits.room(wordy)).isEqualTo(3 * (30_000 - 4_096) + 9_000 - 1);
  }

  @Test
  void togetherCsvAndHtmlMakeRoomForOtherDocuments() {
    assertThat(together(5, "application/pdf").subList(0, 5)).containsOnly(new Fits(Route.DOCUMENT));
    assertThat(
            together(List.of("application/pdf", Papers.DOCX, "text/csv", "text/html", "text/csv")))
        .containsOnly(new Fits(Route.DOCUMENT));
    assertThat(
            together(
                List.of(
                    "application/pdf",
                    Papers.DOCX,
                    "text/csv",
                    "text/html",
                    "text/csv",
                    "text/csv")))
        .containsExactly(
            new Fits(Route.DOCUMENT),
            new Fits(Route.DOCUMENT),
            new Fits(Route.TEXT),
            new Fits(Route.TEXT),
            new Fits(Route.TEXT),
            new Fits(Route.TEXT));
  }

  @Test
  void togetherOfficeFilesMakeRoomForPdfs() {
    List<String> types = new ArrayList<>(Collections.nCopies(4, "application/pdf"));
    types.add(Papers.DOCX);
    types.add(Papers.XLSX);

    assertThat(together(types).subList(0, 4)).containsOnly(new Fits(Route.DOCUMENT));
    assertThat(together(types).subList(4, 6)).containsOnly(new Fits(Route.EXTRACTED_TEXT));
  }

  @Test
  void togetherEveryInputBehindALimitIsTold() {
    List<Fit> pdfs = together(7, "application/pdf");
    assertThat(pdfs.subList(0, 5)).containsOnly(new Fits(Route.DOCUMENT));
    assertThat(pdfs.subList(5, 7)).allSatisfy(it -> assertThat(why(it)).contains("at most 5"));

    List<Fit> images = together(21, "image/png");
    assertThat(images.subList(0, 20)).containsOnly(new Fits(Route.IMAGE));
    assertThat(why(images.get(20))).contains("at most 20 images", "mode each");
  }

  @Test
  void togetherTheBytesOfAllCount() {
    List<Fit> images =
        routes.together(ASK, Collections.nCopies(8, facts("image/png", 15 * MB / 4)));
    assertThat(images.subList(0, 6)).containsOnly(new Fits(Route.IMAGE));
    assertThat(images.subList(6, 8)).allSatisfy(it -> assertThat(why(it)).contains("bytes"));

    List<Fit> texts = routes.together(ASK, Collections.nCopies(3, facts("text/plain", 250_000)));
    assertThat(texts.subList(0, 2)).containsOnly(new Fits(Route.TEXT));
    assertThat(why(texts.get(2))).contains("750000 bytes", "mode each");

    assertThat(
            why(
                routes
                    .together(
                        ASK, List.of(facts("text/plain", 1), facts("application/pdf", 25 * MB)))
                    .get(1)))
        .contains("mode together");
  }

  @Test
  void togetherTheBytesOfWhatIsExtractedCountTooWhateverTextIsInThem() {
    List<Fit> files = routes.together(ASK, Collections.nCopies(4, facts(Papers.ODT, 8 * MB)));

    assertThat(files.subList(0, 3)).containsOnly(new Fits(Route.EXTRACTED_TEXT));
    assertThat(why(files.get(3)))
        .contains("the files have " + 32 * MB + " bytes", "most is " + 25 * MB, "mode each");
    assertThat(routes.alone(ASK, facts(Papers.ODT, 25 * MB)))
        .isEqualTo(new Fits(Route.EXTRACTED_TEXT));
  }

  @Test
  void oneInputTogetherIsAskedAboutAlone() {
    assertThat(routes.together(ASK, List.of(facts("text/plain", 2 * MB))))
        .containsExactly(new Fits(Route.PARTS));
  }

  private List<Fit> together(int count, String type) {
    return together(Collections.nCopies(count, type));
  }

  private List<Fit> together(List<String> types) {
    return routes.together(ASK, types.stream().map(it -> facts(it, 1_000)).toList());
  }

  private Fit alone(String type, long size) {
    return routes.alone(ASK, facts(type, size));
  }

  private static Facts facts(String type, long size) {
    return new Facts("name", type, size);
  }

  private static Ask ask(String model) {
    return new Ask(model, new Parameters(4_096, null, null, null), "p");
  }

  private static String why(Fit fit) {
    assertThat(fit).isInstanceOf(Misfit.class);
    return ((Misfit) fit).why();
  }

  private static ChooseRoutes routes(Map<String, String> changes) {
    return new ChooseRoutes(
        InferenceSettings.from(TestFloor.settings(new HashMap<>(changes))), models(changes));
  }

  private static ModelList models(Map<String, String> changes) {
    return new ModelList(InferenceSettings.from(TestFloor.settings(new HashMap<>(changes))));
  }
}
