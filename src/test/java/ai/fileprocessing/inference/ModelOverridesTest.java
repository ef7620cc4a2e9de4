package ai.fileprocessing.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fileprocessing.inference.Traits.Sampling;
import ai.fileprocessing.inference.Traits.Tier;
import ai.fileprocessing.platform.ConfigurationException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelOverridesTest {
  private static final String PROFILE =
      "arn:aws:bedrock:us-east-1:1:application-inference-profile/a1b2c3";
  private static final String HAIKU = "global.anthropic.claude-haiku-4-5-20251001-v1:0";

  @Test
  void withoutOverridesEveryModelIsAsTheTableHasIt() {
    assertThat(over("{}"))
        .isEqualTo(Map.of(PROFILE, ModelFamilies.of(PROFILE), HAIKU, ModelFamilies.of(HAIKU)));
  }

  @Test
  void whatIsNamedReplacesTheTablesAndTheRestStays() {
    Traits changed =
        over("""
                {"%s": {"limits": {"context_tokens": 1000000, "documents": {"count": 3, "any_size": []}},
                        "formats": {"images": ["png"]},
                        "features": {"prompt_cache_tokens": null, "sampling": "none",
                                     "system_prompt": false, "service_tiers": ["flex"]}}}
                """
                .formatted(HAIKU))
            .get(HAIKU);
    Traits table = ModelFamilies.of(HAIKU);

    assertThat(changed.limits().contextTokens()).isEqualTo(1_000_000);
    assertThat(changed.limits().outputTokens()).isEqualTo(table.limits().outputTokens());
    assertThat(changed.limits().documents())
        .isEqualTo(new Traits.Documents(3, table.limits().documents().bytes(), List.of(), 100));
    assertThat(changed.limits().images()).isEqualTo(table.limits().images());
    assertThat(changed.formats().images()).containsExactly("png");
    assertThat(changed.formats().documents()).isEqualTo(Traits.DOCUMENTS);
    assertThat(changed.features().promptCacheTokens()).isNull();
    assertThat(changed.features().sampling()).isEqualTo(Sampling.NONE);
    assertThat(changed.features().systemPrompt()).isFalse();
    assertThat(changed.features().serviceTiers()).containsExactly(Tier.FLEX);
    assertThat(changed.features().structuredOutput())
        .isEqualTo(table.features().structuredOutput());
  }

  @Test
  void aFamilyIsChosenForAModelWhoseIdTellsNothing() {
    Traits changed =
        over("{\"%s\": {\"family\": \"claude-sonnet-4-5\", \"limits\": {\"output_tokens\": 9}}}"
                .formatted(PROFILE))
            .get(PROFILE);

    assertThat(changed.family()).isEqualTo("claude-sonnet-4-5");
    assertThat(changed.formats()).isEqualTo(new Traits.Formats(Traits.DOCUMENTS, Traits.IMAGES));
    assertThat(changed.limits().outputTokens()).isEqualTo(9);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"x\": 1}|unknown field x",
        "{\"limits\": {\"tokens\": 1}}|unknown field limits.tokens",
        "{\"limits\": {\"documents\": {\"size\": 1}}}|unknown field limits.documents.size",
        "{\"limits\": {\"output_tokens\": \"9\"}}|wrong value in limits.output_tokens",
        "{\"limits\": {\"output_tokens\": 1.5}}|wrong value in limits.output_tokens",
        "{\"limits\": {\"output_tokens\": 99999999999}}|wrong value in limits.output_tokens",
        "{\"limits\": {\"output_tokens\": 0}}|output_tokens is at least 1",
        "{\"limits\": {\"output_tokens\": null}}|output_tokens is at least 1",
        "{\"limits\": {\"images\": {\"pixels\": -1}}}|pixels is at least 1",
        "{\"limits\": {\"images\": null}}|documents and images are objects",
        "{\"limits\": 5}|wrong value in limits",
        "{\"limits\": null}|a part of it is null",
        "{\"formats\": {\"documents\": [\"pptx\"]}}|documents are of [pdf",
        "{\"formats\": {\"documents\": [1]}}|wrong value in formats.documents",
        "{\"features\": {\"sampling\": \"some\"}}|wrong value in features.sampling",
        "{\"features\": {\"sampling\": null}}|sampling is not null",
        "{\"features\": {\"system_prompt\": \"yes\"}}|wrong value in features.system_prompt",
        "{\"features\": {\"prompt_cache_tokens\": 0}}|prompt_cache_tokens is at least 1",
        "{\"family\": \"gpt\"}|unknown family",
        "{\"family\": null}|unknown family",
        "[]|no JSON object",
        "null|no JSON object"
      })
  void aFieldThatIsUnknownOrWrongStopsTheStartWithALineThatNamesIt(String override, String what) {
    assertThatThrownBy(() -> over("{\"" + HAIKU + "\": " + override + "}"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContainingAll(
            "inference.model.overrides", "INFERENCE_MODEL_OVERRIDES", HAIKU, what)
        .message()
        .doesNotContain("\n", "ai.fileprocessing", "java.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "null", "5", "{", "{\"a\": {}} x", "{\"a\":{},\"a\":{}}", "x"})
  void whatIsNoJsonObjectStopsTheStart(String text) {
    assertThatThrownBy(() -> over(text))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("inference.model.overrides");
  }

  @Test
  void aModelThatIsNotOfferedStopsTheStart() {
    assertThatThrownBy(() -> over("{\"third\": {}}"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContainingAll("inference.model.overrides", "'third'");
  }

  private static Map<String, Traits> over(String overrides) {
    return ModelOverrides.over(List.of(PROFILE, HAIKU), overrides);
  }
}
