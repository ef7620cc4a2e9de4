package ai.fileprocessing.inference;

import static ai.fileprocessing.platform.TestFloor.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fileprocessing.platform.Json;
import ai.fileprocessing.platform.TestFloor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class ModelListTest {
  private static final String HAIKU = "global.anthropic.claude-haiku-4-5-20251001-v1:0";
  private static final Usage TOKENS = new Usage(1, 1, 0, 0, 0);

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

  @ParameterizedTest
  @CsvSource({"dear,true", "dear-in-cache,true", "free,false", "unknown,false"})
  void aModelCostsSomethingWhereAPriceOfItIsNotZero(String model, boolean costs) {
    ModelList priced =
        list(
            Map.of(
                "inference.models", "dear,dear-in-cache,free,unknown",
                "inference.prices", "dear=1/0,dear-in-cache=0/0/0/0.000001,free=0/0"));

    assertThat(priced.costs(model)).isEqualTo(costs);
  }

  @Test
  void whatNobodySaysIsFilledIn() {
    assertThat(models.complete("first.model", Optional.empty()))
        .isEqualTo(new Parameters(100, 0.3, null, null));
    assertThat(models.complete("first.model", Optional.of(new Parameters(null, null, null, null))))
        .isEqualTo(new Parameters(100, 0.3, null, null));
  }

  @Test
  void whatIsSaidStays() {
    assertThat(
            models.complete(
                "first.model", Optional.of(new Parameters(7, 0.0, null, List.of("stop")))))
        .isEqualTo(new Parameters(7, 0.0, null, List.of("stop")));
  }

  @Test
  void besideTopPThereIsNoDefaultTemperature() {
    assertThat(models.complete("first.model", Optional.of(new Parameters(null, null, 0.9, null))))
        .isEqualTo(new Parameters(100, null, 0.9, null));
  }

  @Test
  void temperatureAndTopPTogetherAreRefused() {
    assertProblem(
        () -> models.complete("first.model", Optional.of(new Parameters(null, 0.1, 0.9, null))),
        422,
        "FIELD_INVALID",
        "/inference/top_p");
  }

  @Test
  void theMostTokensMayBeAskedForAndNotOneMore() {
    assertThat(
            models
                .complete("first.model", Optional.of(new Parameters(200, null, null, null)))
                .maxTokens())
        .isEqualTo(200);
    assertProblem(
        () -> models.complete("first.model", Optional.of(new Parameters(201, null, null, null))),
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

  @Test
  void theModelsAreListedWithAllThatAJobNeedsToKnow() {
    ModelList shipped = list(Map.of());

    assertThat(shipped.all()).extracting(Model::isDefault).containsExactly(true, false);
    Model haiku = shipped.all().get(1);
    assertThat(haiku.id()).isEqualTo(HAIKU);
    assertThat(haiku.aliases()).containsExactly("anthropic.claude-3-haiku-20240307-v1:0");
    assertThat(haiku.family()).isEqualTo("claude-haiku-4-5");
    assertThat(haiku.formats().documents()).contains("pdf", "docx");
    assertThat(haiku.limits().outputTokens()).isEqualTo(64_000);
    assertThat(haiku.prices()).isEqualTo(new Price(1_000_000, 5_000_000, 100_000, 1_250_000));
    assertThat(haiku.defaults()).isEqualTo(new Parameters(4096, 0.4, null, null));
  }

  @Test
  void aModelWithoutAPriceSaysSoAndCostsNothing() {
    assertThat(models.all()).extracting(Model::prices).containsOnlyNulls();
    assertThat(models.priced("first.model", TOKENS)).isEqualTo(TOKENS);
  }

  @Test
  void inJsonNoPriceIsNullAndNoCacheIsLeftOut() {
    JsonNode json = Json.strict().valueToTree(models.all().get(0));

    assertThat(json.path("prices").isNull()).isTrue();
    assertThat(json.path("default").booleanValue()).isTrue();
    assertThat(json.path("aliases")).hasSize(1);
    assertThat(json.path("features").has("prompt_cache_tokens")).isFalse();
    assertThat(json.at("/features/structured_output").asString()).isEqualTo("none");
  }

  @ParameterizedTest
  @CsvSource({
    "claude-haiku-4-5=2/4,6",
    "global.anthropic.claude-haiku-4-5-20251001-v1:0=3/5,8",
    "'claude-haiku-4-5=2/4,global.anthropic.claude-haiku-4-5-20251001-v1:0=3/5',8"
  })
  void aPriceIsTheModelsOwnOrItsFamilys(String prices, long cost) {
    ModelList priced = list(Map.of("inference.prices", prices));

    assertThat(priced.priced(HAIKU, TOKENS)).isEqualTo(new Usage(1, 1, 0, 0, cost));
  }

  @Test
  void aPriceOfNoModelThatIsOfferedStopsTheStart() {
    assertThatThrownBy(() -> list(Map.of("inference.prices", "claude-haiku=1/2")))
        .hasMessageContainingAll("inference.prices", "'claude-haiku'");
  }

  @Test
  void noMoreTokensThanTheModelCanGiveAreAskedFor() {
    ModelList small = with("{\"limits\": {\"output_tokens\": 50}}");

    assertThat(small.complete(HAIKU, Optional.empty()).maxTokens()).isEqualTo(50);
    assertProblem(
        () -> small.complete(HAIKU, Optional.of(new Parameters(51, null, null, null))),
        422,
        "FIELD_INVALID",
        "/inference/max_tokens");
    assertThatThrownBy(
            () -> small.complete(HAIKU, Optional.of(new Parameters(51, null, null, null))))
        .hasMessageContaining("50");
  }

  @Test
  void temperatureAndTopPTogetherAreTakenWhereTheModelTakesBoth() {
    Parameters both = new Parameters(9, 0.1, 0.9, null);

    assertThat(with("{\"features\": {\"sampling\": \"both\"}}").complete(HAIKU, Optional.of(both)))
        .isEqualTo(both);
  }

  @Test
  void whatAModelDoesNotTakeIsLeftOutOrRefused() {
    ModelList without = with("{\"features\": {\"sampling\": \"none\"}}");

    assertThat(without.complete(HAIKU, Optional.empty()))
        .isEqualTo(new Parameters(4096, null, null, null));
    assertProblem(
        () -> without.complete(HAIKU, Optional.of(new Parameters(null, 0.1, 0.9, null))),
        422,
        "FIELD_INVALID",
        "/inference/temperature",
        "/inference/top_p");
  }

  @Test
  void aModelThatIsOfferedNoMoreIsStillKnown() {
    assertThat(models.traits(HAIKU).family()).isEqualTo("claude-haiku-4-5");
  }

  private static ModelList with(String override) {
    return list(Map.of("inference.model.overrides", "{\"" + HAIKU + "\": " + override + "}"));
  }
}
