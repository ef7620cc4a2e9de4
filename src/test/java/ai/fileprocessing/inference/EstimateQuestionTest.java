package ai.fileprocessing.inference;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fileprocessing.inference.Estimate.Range;
import ai.fileprocessing.inference.Fit.Facts;
import ai.fileprocessing.platform.TestFloor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EstimateQuestionTest {
  private static final String MODEL = "global.anthropic.claude-haiku-4-5-20251001-v1:0";
  private static final String XLSX =
      "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

  private final InferenceSettings settings = InferenceSettings.from(TestFloor.settings(Map.of()));
  private final ModelList models = new ModelList(settings);
  private final Limits limits = Limits.of(models.traits(MODEL));

  @Test
  void aPdfThatMayHaveMorePagesThanACallTakesMayBeSeveralCallsAndAMerge() {
    long pages = 3L * limits.pages();

    Range calls = estimate("application/pdf", pages * 500, Route.DOCUMENT, 100).modelCalls();

    assertThat(calls).isEqualTo(new Range(1, 5));
  }

  @Test
  void aPdfThatCannotHaveSoManyPagesIsOneCall() {
    Range calls =
        estimate("application/pdf", 499L * limits.pages(), Route.DOCUMENT, 100).modelCalls();

    assertThat(calls).isEqualTo(new Range(1, 1));
  }

  @Test
  void oneCallTakesNoMoreThanTheWindowOfItsModel() {
    Estimate estimate = estimate(XLSX, 4_000_000, Route.DOCUMENT, 100);

    assertThat(estimate.modelCalls()).isEqualTo(new Range(1, 1));
    assertThat(estimate.inputTokens().most())
        .isBetween((long) limits.contextTokens(), limits.contextTokens() + 1_000L);
  }

  @Test
  void answersThatDoNotGoTogetherIntoOneCallAreMergedInSeveral() {
    int longest = limits.contextTokens() / 5;
    long room = limits.room(ask(longest));

    Range calls = estimate("text/plain", 7 * room, Route.PARTS, longest).modelCalls();

    // Nine parts; by two, since no more of such answers fit: 5, 3, 2, 1 merges.
    assertThat(calls).isEqualTo(new Range(3, 9 + 5 + 3 + 2 + 1));
  }

  @Test
  void shortAnswersAreMergedAtOnce() {
    long room = limits.room(ask(100));

    assertThat(estimate("text/plain", 7 * room, Route.PARTS, 100).modelCalls())
        .isEqualTo(new Range(3, 10));
  }

  private Estimate estimate(String type, long size, Route route, int maxTokens) {
    return new EstimateQuestion(settings.reading(), models, ask(maxTokens))
        .of(List.of(new Facts("a file", type, size)), List.of(route));
  }

  private static Ask ask(int maxTokens) {
    return new Ask(MODEL, new Parameters(maxTokens, null, null, null), "the prompt");
  }
}
