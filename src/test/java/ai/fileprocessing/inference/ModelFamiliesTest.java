package ai.fileprocessing.inference;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelFamiliesTest {
  @ParameterizedTest
  @CsvSource({
    "anthropic.claude-opus-4-8,claude-opus-4-7",
    "global.anthropic.claude-opus-5,claude-5",
    "us.anthropic.claude-haiku-5-5,claude-5",
    "global.anthropic.claude-opus-4-6-v1,claude-opus-4-6",
    "global.anthropic.claude-sonnet-4-6,claude-sonnet-4-6",
    "global.anthropic.claude-opus-4-5-20251101-v1:0,claude-opus-4-5",
    "anthropic.claude-sonnet-4-5-20250929-v1:0,claude-sonnet-4-5",
    "us.anthropic.claude-sonnet-4-5-20250929-v1:0,claude-sonnet-4-5",
    "eu.anthropic.claude-haiku-4-5-20251001-v1:0,claude-haiku-4-5",
    "us.anthropic.claude-opus-4-1-20250805-v1:0,claude-opus-4-1",
    "us.anthropic.claude-opus-4-20250514-v1:0,claude-opus-4",
    "apac.anthropic.claude-sonnet-4-20250514-v1:0,claude-sonnet-4",
    "us.anthropic.claude-3-7-sonnet-20250219-v1:0,claude-3-7-sonnet",
    "us.anthropic.claude-3-5-haiku-20241022-v1:0,claude-3-5-haiku",
    "anthropic.claude-3-5-sonnet-20241022-v2:0,claude-3-5-sonnet",
    "anthropic.claude-3-sonnet-20240229-v1:0,claude-3",
    "anthropic.claude-3-haiku-20240307-v1:0,claude-3",
    "anthropic.claude-v2:1,claude",
    "global.amazon.nova-2-lite-v1:0,nova-2",
    "us.amazon.nova-premier-v1:0,nova-premier",
    "amazon.nova-pro-v1:0,nova-pro",
    "eu.amazon.nova-lite-v1:0,nova-lite",
    "amazon.nova-micro-v1:0,nova-micro",
    "mistral.mixtral-8x7b-instruct-v0:1,mistral-instruct",
    "amazon.titan-text-express-v1,titan-text",
    "arn:aws:bedrock:eu-west-1::foundation-model/anthropic.claude-3-haiku-20240307-v1:0,claude-3",
    "arn:aws:bedrock:us-east-1:1:inference-profile/us.amazon.nova-pro-v1:0,nova-pro",
    "arn:aws:bedrock:us-east-1:1:application-inference-profile/a1b2c3,other",
    "myanthropic.claude-3-haiku,other",
    "first.model,other",
    "'',other"
  })
  void aModelsFamilyIsKnownByItsIdProfileOrArn(String id, String family) {
    assertThat(ModelFamilies.of(id).family()).isEqualTo(family);
  }

  @Test
  void everyFamilyIsFoundByItsNameAndNoOtherIs() {
    assertThat(ModelFamilies.names()).doesNotHaveDuplicates().hasSizeGreaterThan(20);
    assertThat(ModelFamilies.names())
        .allSatisfy(
            name ->
                assertThat(ModelFamilies.named(name))
                    .hasValueSatisfying(it -> assertThat(it.family()).isEqualTo(name)));
    assertThat(ModelFamilies.named("other")).isEmpty();
  }

  @Test
  void whatIsNotKnownTakesNoMoreThanAnyOther() {
    Traits other = ModelFamilies.of("who.knows");

    assertThat(other.formats()).isEqualTo(Traits.Formats.NONE);
    assertThat(other.features().promptCacheTokens()).isNull();
    assertThat(other.features().structuredOutput()).isEqualTo(Traits.StructuredOutput.NONE);
    assertThat(other.features().serviceTiers()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"claude-sonnet-4-5", "nova-pro"})
  void aPdfIsBoundByItsSizeOnlyWhereTheModelSaysSo(String family) {
    Limits limits = Limits.of(ModelFamilies.named(family).orElseThrow());

    assertThat(limits.document("pdf")).isEqualTo(limits.media()).isGreaterThan(4_718_592);
    assertThat(limits.document("csv")).isEqualTo(4_718_592);
    assertThat(Limits.of(ModelFamilies.of("anthropic.claude-3-haiku")).document("pdf"))
        .isEqualTo(4_718_592);
  }
}
