package ai.fileprocessing.inference;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What a model takes and can do: a row of {@link ModelFamilies}, changed by {@link ModelOverrides}.
 *
 * @param family the row's name
 */
record Traits(String family, Formats formats, Limits limits, Features features) {
  /** What Converse takes at all (its DocumentFormat and ImageFormat). */
  static final List<String> DOCUMENTS =
      List.of("pdf", "csv", "doc", "docx", "xls", "xlsx", "html", "txt", "md");

  static final List<String> IMAGES = List.of("png", "jpeg", "gif", "webp");

  Traits {
    require(formats != null && limits != null && features != null, "a part of it is null");
  }

  /**
   * What goes to the model as a block of its own; empty where it takes none.
   *
   * @param documents of {@link #DOCUMENTS}
   * @param images of {@link #IMAGES}
   */
  record Formats(List<String> documents, List<String> images) {
    static final Formats NONE = new Formats(List.of(), List.of());

    Formats {
      documents = documents == null ? List.of() : List.copyOf(documents);
      images = images == null ? List.of() : List.copyOf(images);
      require(DOCUMENTS.containsAll(documents), "documents are of " + DOCUMENTS);
      require(IMAGES.containsAll(images), "images are of " + IMAGES);
    }
  }

  /**
   * How much goes into one call.
   *
   * @param contextTokens prompt, inputs and answer together
   * @param outputTokens the longest answer
   * @param requestBytes the whole request as it is sent, in which bytes are base64
   */
  record Limits(
      int contextTokens, int outputTokens, Documents documents, Images images, long requestBytes) {
    Limits {
      require(contextTokens > 0, "context_tokens is at least 1");
      require(outputTokens > 0, "output_tokens is at least 1");
      require(requestBytes > 0, "request_bytes is at least 1");
      require(documents != null && images != null, "documents and images are objects");
    }
  }

  /**
   * @param count the most documents of a call
   * @param bytes the most bytes of one
   * @param anySize formats to which {@code bytes} does not apply
   * @param pdfPages the most pages of the PDFs of a call
   */
  record Documents(int count, long bytes, List<String> anySize, int pdfPages) {
    Documents {
      anySize = anySize == null ? List.of() : List.copyOf(anySize);
      require(count > 0, "count is at least 1");
      require(bytes > 0, "bytes is at least 1");
      require(pdfPages > 0, "pdf_pages is at least 1");
      require(DOCUMENTS.containsAll(anySize), "any_size is of " + DOCUMENTS);
    }
  }

  /**
   * @param count the most images of a call
   * @param bytes the most bytes of one
   * @param pixels the most of its width, and of its height
   */
  record Images(int count, long bytes, int pixels) {
    Images {
      require(count > 0, "count is at least 1");
      require(bytes > 0, "bytes is at least 1");
      require(pixels > 0, "pixels is at least 1");
    }
  }

  /**
   * What the model can do beyond reading and answering.
   *
   * @param promptCacheTokens the shortest beginning of a request that is cached; null where the
   *     model has no prompt cache
   * @param serviceTiers beside the default one
   */
  record Features(
      Integer promptCacheTokens,
      StructuredOutput structuredOutput,
      Sampling sampling,
      boolean systemPrompt,
      Set<Tier> serviceTiers) {
    Features {
      serviceTiers = serviceTiers == null ? Set.of() : Set.copyOf(serviceTiers);
      require(
          promptCacheTokens == null || promptCacheTokens > 0,
          "prompt_cache_tokens is at least 1, or null");
      require(structuredOutput != null, "structured_output is not null");
      require(sampling != null, "sampling is not null");
    }
  }

  /** How an answer can be held to a JSON Schema. */
  enum StructuredOutput {
    /** Bedrock's {@code outputConfig.textFormat}. */
    JSON_SCHEMA,
    /** A tool that the model is made to use. */
    TOOL,
    NONE;

    @JsonValue
    String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Which of temperature and top_p a request may set. */
  enum Sampling {
    BOTH,
    /** One or the other. */
    ONE,
    NONE;

    @JsonValue
    String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** At which service a call is made (Bedrock's ServiceTierType). */
  enum Tier {
    PRIORITY,
    DEFAULT,
    FLEX,
    RESERVED;

    @JsonValue
    String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static void require(boolean right, String rule) {
    if (!right) {
      throw new IllegalArgumentException(rule);
    }
  }
}
