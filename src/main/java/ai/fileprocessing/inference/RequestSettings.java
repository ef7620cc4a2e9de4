package ai.fileprocessing.inference;

import ai.fileprocessing.inference.Traits.Tier;
import ai.fileprocessing.platform.SettingType;
import ai.fileprocessing.platform.Settings;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * How every request is made.
 *
 * @param serviceTier for the models that have it; the others are called at the default one
 */
record RequestSettings(
    Placement placement, Optional<Guardrail> guardrail, Optional<Tier> serviceTier) {

  /** Where the instructions stand. */
  enum Placement {
    /** In the system prompt, apart from everything that came out of a file. */
    SYSTEM,
    /** At the beginning of the user's message. */
    USER
  }

  /** Bedrock's guardrail for every call. */
  record Guardrail(String id, String version) {}

  private static final SettingType<String> GUARDRAIL_ID =
      new SettingType<>(
          "a guardrail's id or ARN",
          text -> matching(text, "[a-z0-9]{1,200}|arn:[A-Za-z0-9:/_-]{1,2000}"));

  private static final SettingType<String> GUARDRAIL_VERSION =
      new SettingType<>(
          "a guardrail's version: a number or DRAFT",
          text -> matching(text, "[1-9][0-9]{0,7}|DRAFT"));

  static RequestSettings from(Settings settings) {
    Placement placement =
        settings.withDefault("inference.prompt.placement", oneOf(Placement.values()), "system");
    Optional<String> id = settings.optional("inference.guardrail.id", GUARDRAIL_ID);
    Optional<String> version = settings.optional("inference.guardrail.version", GUARDRAIL_VERSION);
    if (id.isPresent() != version.isPresent()) {
      throw Settings.wrong(
          id.isPresent() ? "inference.guardrail.version" : "inference.guardrail.id",
          "is not set; a guardrail needs both its id and its version");
    }
    return new RequestSettings(
        placement,
        id.map(it -> new Guardrail(it, version.get())),
        settings.optional("inference.service.tier", oneOf(Tier.values())));
  }

  private static String matching(String text, String pattern) {
    if (!text.matches(pattern)) {
      throw new IllegalArgumentException();
    }
    return text;
  }

  private static <E extends Enum<E>> SettingType<E> oneOf(E[] values) {
    Function<E, String> name = value -> value.name().toLowerCase(Locale.ROOT);
    return new SettingType<>(
        "one of " + Arrays.stream(values).map(name).collect(Collectors.joining(", ")),
        text ->
            Arrays.stream(values)
                .filter(value -> name.apply(value).equals(text))
                .findFirst()
                .orElseThrow());
  }
}
