package ai.fileprocessing.inference;

import java.util.Set;

/**
 * How much a model takes in one call, as whoever fills a request asks for it; the figures are those
 * of {@link Traits}.
 *
 * @param formats what it takes as blocks of their own
 * @param contextTokens prompt, inputs and answer together
 * @param documents the most documents of a call
 * @param documentBytes the most bytes of one
 * @param anySize formats to which {@code documentBytes} does not apply
 * @param pages the most pages of the PDFs of a call
 * @param images the most images of a call
 * @param imageBytes the most bytes of one
 * @param imagePixels the most of its width, and of its height
 * @param requestBytes the whole request as it is sent, in which bytes are base64
 */
record Limits(
    Traits.Formats formats,
    int contextTokens,
    int documents,
    long documentBytes,
    Set<String> anySize,
    int pages,
    int images,
    long imageBytes,
    int imagePixels,
    long requestBytes) {
  /** Less than one has in prose, so that tables of numbers seldom have more than are thought. */
  private static final int BYTES_PER_TOKEN = 3;

  /** What a request holds beside prompt and inputs. */
  private static final long FRAME = 64 * 1024;

  /** Those of a model. */
  static Limits of(Traits traits) {
    Traits.Documents documents = traits.limits().documents();
    Traits.Images images = traits.limits().images();
    return new Limits(
        traits.formats(),
        traits.limits().contextTokens(),
        documents.count(),
        documents.bytes(),
        Set.copyOf(documents.anySize()),
        documents.pdfPages(),
        images.count(),
        images.bytes(),
        images.pixels(),
        traits.limits().requestBytes());
  }

  /** Whether the model takes such a document or image. */
  boolean takes(Kind kind) {
    return formats.documents().contains(kind.format()) || formats.images().contains(kind.format());
  }

  /** How many bytes of text (UTF-8) go into one question of an ask beside its prompt and answer. */
  int room(Ask ask) {
    Integer answer = ask.parameters().maxTokens();
    long tokens = contextTokens - (answer == null ? 0 : Math.min(answer, contextTokens / 2));
    return (int) Math.max(1_000, tokens * BYTES_PER_TOKEN - Utf8.length(ask.prompt()));
  }

  /** The most bytes of a document of a format in a request that holds nothing else of size. */
  long document(String format) {
    return anySize.contains(format) ? media() : Math.min(documentBytes, media());
  }

  /** The most bytes of all documents and images of a request; each three are sent as four. */
  long media() {
    return Math.max(1, (requestBytes - FRAME) / 4 * 3);
  }
}
