package ai.fileprocessing.local;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * How much Converse takes: what is the same for all models as constants, the rest in one row for
 * each family of models. AWS says MB and not which; here they are millions of bytes, the smaller
 * reading, so that what passes here passes there.
 *
 * @param outputTokens the most that {@code maxTokens} may ask for
 * @param windowTokens prompt and files together, by the estimate of {@link SentBlock}
 * @param requestBytes of the whole body
 * @param pdfPages of all PDFs of a request together
 * @param largePdf whether a PDF may be larger than other documents
 * @param largeDocx whether a DOCX may be larger than other documents
 * @param textFormat whether {@code outputConfig.textFormat} is known
 */
record ConverseLimits(
    int outputTokens,
    int windowTokens,
    int requestBytes,
    int pdfPages,
    boolean largePdf,
    boolean largeDocx,
    boolean textFormat) {

  static final int DOCUMENTS = 5;
  static final int DOCUMENT_BYTES = 4_500_000;
  static final int DOCUMENT_NAME = 200;
  static final int IMAGES = 20;
  static final int IMAGE_BYTES = 3_750_000;
  static final int IMAGE_PIXELS = 8_000;
  static final int CACHE_POINTS = 4;
  static final int METADATA_PAIRS = 16;
  static final int METADATA_LENGTH = 256;

  private static final int ANY = Integer.MAX_VALUE;
  private static final int MB = 1_000_000;

  /** Of whom nothing is known. */
  private static final ConverseLimits OTHERS =
      new ConverseLimits(64_000, ANY, ANY, ANY, false, false, true);

  /** The first row that is found in a model's id counts. */
  private static final Map<Pattern, ConverseLimits> ROWS = new LinkedHashMap<>();

  static {
    row("claude-3-7", new ConverseLimits(64_000, 200_000, 32 * MB, 100, false, false, false));
    row("claude-3-5", new ConverseLimits(8_192, 200_000, 32 * MB, 100, false, false, false));
    row("claude-3-", new ConverseLimits(4_096, 200_000, 32 * MB, 100, false, false, false));
    row(
        "claude-opus-4-(1|2025)",
        new ConverseLimits(32_000, 200_000, 32 * MB, 100, true, false, false));
    row(
        "claude-[a-z]+-4-2025",
        new ConverseLimits(64_000, 200_000, 32 * MB, 100, true, false, false));
    row("claude-", new ConverseLimits(64_000, 200_000, 32 * MB, 100, true, false, true));
    row("amazon\\.nova-micro", new ConverseLimits(10_000, 128_000, ANY, ANY, true, true, false));
    row("amazon\\.nova-", new ConverseLimits(10_000, 300_000, ANY, ANY, true, true, false));
  }

  static ConverseLimits of(String model) {
    return ROWS.entrySet().stream()
        .filter(row -> row.getKey().matcher(model).find())
        .findFirst()
        .map(Map.Entry::getValue)
        .orElse(OTHERS);
  }

  /** The most bytes that a document of a format may have. */
  int documentBytes(String format) {
    boolean large = format.equals("pdf") && largePdf || format.equals("docx") && largeDocx;
    return large ? ANY : DOCUMENT_BYTES;
  }

  private static void row(String family, ConverseLimits limits) {
    ROWS.put(Pattern.compile(family), limits);
  }
}
