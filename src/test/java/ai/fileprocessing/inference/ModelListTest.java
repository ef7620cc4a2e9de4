package ai.fileprocessing.inference;

import static ai.fileprocessing.platform.TestFloor.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fileprocessing.platform.TestFloor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelListTest {
  private final ModelList models =
      list(
          Map.of(
              "inference.models", "first.model,arn:aws:bedrock:x:1:inference-profile/second",
              "inference.aliases", "fast=first.model",
              "inference.max.tokens", "100",
              "inference.most.tokens", "200",
              "inference.temperature", "0.3"));

  @Test
  void theFirstModelIsTheDefault() {
    assertThat(models.resolve(Optional.empty())).isEqualTo("first.model");
  }

  @ParameterizedTest
  @CsvSource({
    "first.model,first.model",
    "fast,first.model",
    "arn:aws:bedrock:x:1:inference-profile/second,arn:aws:bedrock:x:1:inference-profile/second"
  })
  void aModelIsNamedByItsIdOrAnAlias(String named, String model) {
    assertThat(models.resolve(Optional.of(named))).isEqualTo(model);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "First.Model", "third.model", "lost", "first.model ", "../x"})
  void anyOtherNameIsRefused(String named) {
    assertProblem(() -> models.resolve(Optional.of(named)), 422, "MODEL_UNKNOWN", "/model");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "anthropic.claude-3-sonnet-20240229-v1:0",
        "anthropic.claude-3-haiku-20240307-v1:0"
      })
  void theNamesThatTheOriginalFrontEndSendsAreKnown(String named) {
    ModelList shipped = list(Map.of());

    assertThat(shipped.resolve(Optional.of(named))).startsWith("global.anthropic.claude-");
  }

  @Test
  void whatNobodySaysIsFilledIn() {
    assertThat(models.complete(Optional.empty())).isEqualTo(new Parameters(100, 0.3, null, null));
    assertThat(models.complete(Optional.of(new Parameters(null, null, null, null))))
        .isEqualTo(new Parameters(100, 0.3, null, null));
  }

  @Test
  void whatIsSaidStays() {
    assertThat(models.complete(Optional.of(new Parameters(7, 0.0, null, List.of("stop")))))
        .isEqualTo(new Parameters(7, 0.0, null, List.of("stop")));
  }

  @Test
  void besideTopPThereIsNoDefaultTemperature() {
    assertThat(models.complete(Optional.of(new Parameters(null, null, 0.9, null))))
        .isEqualTo(new Parameters(100, null, 0.9, null));
  }

  @Test
  void temperatureAndTopPTogetherAreRefused() {
    assertProblem(
        () -> models.complete(Optional.of(new Parameters(null, 0.1, 0.9, null))),
        422,
        "FIELD_INVALID",
        "/inference/top_p");
  }

  @Test
  void theMostTokensMayBeAskedForAndNotOneMore() {
    assertThat(models.complete(Optional.of(new Parameters(200, null, null, null))).maxTokens())
        .isEqualTo(200);
    assertProblem(
        () -> models.complete(Optional.of(new Parameters(201, null, null, null))),
        422,
        "FIELD_INVALID",
        "/inference/max_tokens");
  }

  private static ModelList list(Map<String, String> settings) {
    return new ModelList(InferenceSettings.from(TestFloor.settings(settings)));
  }

  @Test
  void theOriginalFrontEndsNamesLeadToWhateverModelsThereAre() {
    ModelList own = list(Map.of("inference.models", "large,small"));

    assertThat(own.resolve(Optional.of("anthropic.claude-3-sonnet-20240229-v1:0")))
        .isEqualTo("large");
    assertThat(own.resolve(Optional.of("anthropic.claude-3-haiku-20240307-v1:0")))
        .isEqualTo("small");
  }

  @Test
  void anAliasThatLeadsNowhereStopsTheStart() {
    assertThatThrownBy(() -> list(Map.of("inference.aliases", "fast=third.model")))
        .hasMessageContaining("inference.aliases");
  }

  @Test
  void aDefaultAboveTheMostStopsTheStart() {
    assertThatThrownBy(() -> list(Map.of("inference.max.tokens", "64001")))
        .hasMessageContaining("inference.max.tokens");
  }
}
