package ai.fileprocessing.inference;

import ai.fileprocessing.inference.Traits.Documents;
import ai.fileprocessing.inference.Traits.Features;
import ai.fileprocessing.inference.Traits.Formats;
import ai.fileprocessing.inference.Traits.Images;
import ai.fileprocessing.inference.Traits.Limits;
import ai.fileprocessing.inference.Traits.Sampling;
import ai.fileprocessing.inference.Traits.StructuredOutput;
import ai.fileprocessing.inference.Traits.Tier;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The one table of what models take and can do, by the id: a model's own, that of an inference
 * profile, or an ARN that ends in either.
 *
 * <p>After the Bedrock User Guide ("Supported models and model features" of Converse, "Prompt
 * caching", "Structured outputs", "Service tiers"), the limits that Converse's content blocks
 * document, and for the newest models what is published about them elsewhere. What is not known for
 * sure stands at its lower value; {@link ModelOverrides} raises it.
 */
final class ModelFamilies {
  private static final int K = 1_000;
  private static final long MB = 1 << 20;

  private static final List<String> PDF = List.of("pdf");
  private static final Formats ALL = new Formats(Traits.DOCUMENTS, Traits.IMAGES);
  private static final Formats PAPERS = new Formats(Traits.DOCUMENTS, List.of());
  private static final Images IMAGES = new Images(20, 15 * MB / 4, 8_000);

  private static final Set<Tier> RESERVED = Set.of(Tier.RESERVED);
  private static final Set<Tier> FAST_OR_CHEAP = Set.of(Tier.PRIORITY, Tier.FLEX);

  private record Row(Pattern ids, Traits traits) {}

  /** The first row that fits an id is its row. */
  private static final List<Row> TABLE =
      List.of(
          row(
              "claude-opus-4-7",
              "anthropic\\.claude-opus-4-[78]",
              ALL,
              claude(1_000 * K, 128 * K, PDF),
              features(4_096, StructuredOutput.TOOL, Sampling.NONE, RESERVED)),
          row(
              "claude-5",
              "anthropic\\.claude-[a-z]+-([5-9]|4-9)",
              ALL,
              claude(200 * K, 64 * K, PDF),
              features(4_096, StructuredOutput.TOOL, Sampling.NONE, Set.of())),
          row(
              "claude-opus-4-6",
              "anthropic\\.claude-opus-4-6",
              ALL,
              claude(1_000 * K, 128 * K, PDF),
              features(4_096, StructuredOutput.JSON_SCHEMA, Sampling.ONE, RESERVED)),
          row(
              "claude-sonnet-4-6",
              "anthropic\\.claude-sonnet-4-6",
              ALL,
              claude(1_000 * K, 64 * K, PDF),
              features(2_048, StructuredOutput.TOOL, Sampling.ONE, RESERVED)),
          row(
              "claude-opus-4-5",
              "anthropic\\.claude-opus-4-5",
              ALL,
              claude(200 * K, 64 * K, PDF),
              features(4_096, StructuredOutput.JSON_SCHEMA, Sampling.ONE, RESERVED)),
          row(
              "claude-sonnet-4-5",
              "anthropic\\.claude-sonnet-4-5",
              ALL,
              claude(200 * K, 64 * K, PDF),
              features(1_024, StructuredOutput.JSON_SCHEMA, Sampling.ONE, RESERVED)),
          row(
              "claude-haiku-4-5",
              "anthropic\\.claude-haiku-4-5",
              ALL,
              claude(200 * K, 64 * K, PDF),
              features(4_096, StructuredOutput.JSON_SCHEMA, Sampling.ONE, RESERVED)),
          row(
              "claude-opus-4-1",
              "anthropic\\.claude-opus-4-1",
              ALL,
              claude(200 * K, 32 * K, PDF),
              features(1_024, StructuredOutput.TOOL, Sampling.ONE, Set.of())),
          row(
              "claude-opus-4",
              "anthropic\\.claude-opus-4-2",
              ALL,
              claude(200 * K, 32 * K, PDF),
              features(1_024, StructuredOutput.TOOL, Sampling.BOTH, Set.of())),
          row(
              "claude-sonnet-4",
              "anthropic\\.claude-sonnet-4-2",
              ALL,
              claude(200 * K, 64 * K, PDF),
              features(1_024, StructuredOutput.TOOL, Sampling.BOTH, Set.of())),
          row(
              "claude-3-7-sonnet",
              "anthropic\\.claude-3-7-sonnet",
              ALL,
              claude(200 * K, 64 * K, List.of()),
              features(1_024, StructuredOutput.TOOL, Sampling.BOTH, Set.of())),
          row(
              "claude-3-5-haiku",
              "anthropic\\.claude-3-5-haiku",
              PAPERS,
              claude(200 * K, 8_192, List.of()),
              features(2_048, StructuredOutput.TOOL, Sampling.BOTH, Set.of())),
          row(
              "claude-3-5-sonnet",
              "anthropic\\.claude-3-5-sonnet",
              ALL,
              claude(200 * K, 8_192, List.of()),
              features(null, StructuredOutput.TOOL, Sampling.BOTH, Set.of())),
          row(
              "claude-3",
              "anthropic\\.claude-3-(opus|sonnet|haiku)",
              ALL,
              claude(200 * K, 4_096, List.of()),
              features(null, StructuredOutput.TOOL, Sampling.BOTH, Set.of())),
          row(
              "claude",
              "anthropic\\.claude",
              ALL,
              claude(100 * K, 4_096, List.of()),
              features(null, StructuredOutput.NONE, Sampling.ONE, Set.of())),
          row(
              "nova-2",
              "amazon\\.nova-2-(lite|pro)",
              ALL,
              nova(1_000 * K, 64 * K),
              features(1_000, StructuredOutput.TOOL, Sampling.BOTH, FAST_OR_CHEAP)),
          row(
              "nova-premier",
              "amazon\\.nova-premier",
              ALL,
              nova(1_000 * K, 10 * K),
              features(1_000, StructuredOutput.TOOL, Sampling.BOTH, FAST_OR_CHEAP)),
          row(
              "nova-pro",
              "amazon\\.nova-pro",
              ALL,
              nova(300 * K, 10 * K),
              features(1_000, StructuredOutput.TOOL, Sampling.BOTH, FAST_OR_CHEAP)),
          row(
              "nova-lite",
              "amazon\\.nova-lite",
              ALL,
              nova(300 * K, 10 * K),
              features(1_000, StructuredOutput.TOOL, Sampling.BOTH, Set.of())),
          row(
              "nova-micro",
              "amazon\\.nova-micro",
              Formats.NONE,
              nova(128 * K, 10 * K),
              features(1_000, StructuredOutput.TOOL, Sampling.BOTH, Set.of())),
          row(
              "mistral-instruct",
              "mistral\\.mi[sx]tral-(7b|8x7b)-instruct",
              PAPERS,
              limits(32 * K, 4_096, List.of(), 20 * MB),
              new Features(null, StructuredOutput.NONE, Sampling.BOTH, false, Set.of())),
          row(
              "titan-text",
              "amazon\\.titan-text",
              Formats.NONE,
              limits(8 * K, 3_072, List.of(), 20 * MB),
              new Features(null, StructuredOutput.NONE, Sampling.BOTH, false, Set.of())));

  /** For ids that tell nothing, such as those of application inference profiles. */
  private static final Traits OTHER =
      new Traits(
          "other",
          Formats.NONE,
          limits(32 * K, 4_096, List.of(), 20 * MB),
          features(null, StructuredOutput.NONE, Sampling.ONE, Set.of()));

  private ModelFamilies() {}

  /** The row of a model by its id, cautious ones where the id is not known. */
  static Traits of(String id) {
    return TABLE.stream()
        .filter(row -> row.ids().matcher(id).find())
        .map(Row::traits)
        .findFirst()
        .orElse(OTHER);
  }

  /** The row of a name. */
  static Optional<Traits> named(String family) {
    return TABLE.stream().map(Row::traits).filter(it -> it.family().equals(family)).findFirst();
  }

  /** The names of the rows, in their order. */
  static List<String> names() {
    return TABLE.stream().map(row -> row.traits().family()).toList();
  }

  /** In an id a name begins the whole, or what follows a region or the kind of a resource. */
  private static Row row(
      String family, String ids, Formats formats, Limits limits, Features features) {
    return new Row(
        Pattern.compile("(?:^|[./])" + ids), new Traits(family, formats, limits, features));
  }

  private static Features features(
      Integer cache, StructuredOutput output, Sampling sampling, Set<Tier> tiers) {
    return new Features(cache, output, sampling, true, tiers);
  }

  private static Limits claude(int context, int output, List<String> anySize) {
    return limits(context, output, anySize, 32 * MB);
  }

  private static Limits nova(int context, int output) {
    return limits(context, output, List.of("pdf", "docx"), 25 * MB);
  }

  private static Limits limits(int context, int output, List<String> anySize, long request) {
    return new Limits(context, output, new Documents(5, 9 * MB / 2, anySize, 100), IMAGES, request);
  }
}
