package ai.fileprocessing.inference;

import ai.fileprocessing.inference.Estimate.Range;
import ai.fileprocessing.inference.Fit.Facts;
import java.util.List;

/**
 * Estimates what a question takes before anything is read. An answer counts up to its max_tokens
 * and without continuations, and an input as it is first cut: how often a model is cut off, or
 * finds its input too long after all, nobody can know.
 */
final class EstimateQuestion {
  /** Bytes of UTF-8 a token: about six in plain English prose, two in numbers, code and symbols. */
  private static final int LOOSE = 6;

  private static final int DENSE = 2;

  /**
   * Tokens of an image: width times height by 750, scaled down to about 1.15 megapixels (Anthropic,
   * "Vision"); some models take more.
   */
  private static final int IMAGE = 5_000;

  /** Tokens of a page of a PDF: 1,500 to 3,000 (Anthropic, "PDF support"), far fewer when empty. */
  private static final int PAGE = 3_000;

  /** A page hardly takes fewer bytes of a PDF. */
  private static final int BYTES_A_PAGE = 500;

  /** Bytes of text in a packed byte: prose is packed to a third or less, tables to a tenth. */
  private static final int PACKED = 10;

  /** What stands around prompt and inputs. */
  private static final int FRAME = 500;

  private final ReadingSettings settings;
  private final ModelList models;
  private final Ask ask;
  private final Limits limits;

  EstimateQuestion(ReadingSettings settings, ModelList models, Ask ask) {
    this.settings = settings;
    this.models = models;
    this.ask = ask;
    limits = Limits.of(models.traits(ask.model()));
  }

  /** Of one question about these inputs, each by its route. */
  Estimate of(List<Facts> inputs, List<Route> routes) {
    Range content = Range.NONE;
    for (int i = 0; i < inputs.size(); i++) {
      content = content.plus(content(inputs.get(i), routes.get(i)));
    }
    // What goes together is not parted.
    Range parts = inputs.size() == 1 ? parts(inputs.get(0), routes.get(0)) : new Range(1, 1);
    long again = ask.output().format() == Output.Format.JSON ? 1 : 0;
    Range calls =
        new Range(calls(parts.least(), Integer.MAX_VALUE), calls(parts.most(), merged()) + again);
    Range prompts = prompts(calls);
    int longest = ask.parameters().maxTokens();
    Range outputs = new Range(calls.least(), calls.most() * longest);
    // What is merged or corrected was an answer first.
    long shownAgain = calls.most() > 1 ? outputs.most() + again * content.most() : 0;
    Range inputTokens = content.plus(prompts).plus(new Range(0, shownAgain));
    return new Estimate(
        calls,
        inputTokens,
        outputs,
        new Range(
            cost(inputTokens.least() - prompts.least(), outputs.least(), prompts.least(), 0),
            cost(inputTokens.most() - prompts.most(), outputs.most(), 0, prompts.most())));
  }

  /** A prompt that is long enough is read from the cache at best, and written to it at worst. */
  private long cost(long input, long output, long cacheRead, long cacheWrite) {
    boolean caches = models.traits(ask.model()).features().promptCacheTokens() != null;
    Usage tokens =
        caches
            ? new Usage(input, output, cacheRead, cacheWrite, 0)
            : new Usage(input + cacheRead + cacheWrite, output, 0, 0, 0);
    return models.priced(ask.model(), tokens).estimatedCost();
  }

  private Range prompts(Range calls) {
    long bytes = Utf8.length(ask.prompt()) + ask.output().schemaLength();
    return new Range(calls.least() * (bytes / LOOSE), calls.most() * (bytes / DENSE + FRAME));
  }

  /** How many answers are merged at once where they are as long as they may be. */
  private long merged() {
    return Math.max(2, limits.room(ask) / ((long) ask.parameters().maxTokens() * LOOSE));
  }

  private static long calls(long parts, long merged) {
    long calls = parts;
    for (long left = parts; left > 1; ) {
      left = (left + merged - 1) / merged;
      calls += left;
    }
    return calls;
  }

  private Range content(Facts input, Route route) {
    long size = input.size();
    return switch (route) {
      case IMAGE -> new Range(1, IMAGE);
      case TEXT, PARTS -> new Range(size / LOOSE, size / DENSE + 1);
      case DOCUMENT, SPLIT_PAGES, EXTRACTED_TEXT ->
          switch (Kind.of(input.contentType()).orElseThrow().way()) {
            case PDF -> new Range(1, pages(size) * PAGE);
            case MARKED_TEXT, TEXT -> new Range(1, size / DENSE + 1);
            default ->
                new Range(
                    1,
                    Math.min(
                        size * PACKED / DENSE + 1,
                        route == Route.DOCUMENT ? limits.contextTokens() : allParts()));
          };
    };
  }

  private Range parts(Facts input, Route route) {
    int room = limits.room(ask);
    return switch (route) {
      case IMAGE, TEXT -> new Range(1, 1);
      // How many pages it has is only known when it is read.
      case DOCUMENT ->
          new Range(
              1,
              Kind.of(input.contentType()).orElseThrow().way() == Kind.Way.PDF
                  ? Math.min(
                      settings.parts(), (pages(input.size()) + limits.pages() - 1) / limits.pages())
                  : 1);
      case PARTS -> new Range(2, Math.min(settings.parts(), input.size() / room + 2));
      case EXTRACTED_TEXT ->
          new Range(1, Math.min(settings.parts(), input.size() * PACKED / room + 1));
      case SPLIT_PAGES -> new Range(1, Math.min(settings.parts(), pages(input.size())));
    };
  }

  private long pages(long size) {
    return Math.min(size / BYTES_A_PAGE + 1, (long) limits.pages() * settings.parts());
  }

  private long allParts() {
    return (long) limits.contextTokens() * settings.parts();
  }
}
