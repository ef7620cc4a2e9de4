package ai.fileprocessing.inference;

import java.util.Optional;

/**
 * The course of a question that takes many calls: whoever asks it may end it between them, and
 * keeps the answers to parts, so that what was paid for is not asked again when the question is.
 */
public interface Course {
  /**
   * Whether the rest is still worth asking. Asked before each part but the first, and each merge.
   */
  boolean goesOn();

  /**
   * The answer to a part, or what was said on the way to one, that an earlier try of the same
   * question had kept.
   *
   * @param part what names it among all that the question may take: at most 80 of {@code a-z},
   *     digits and {@code -}
   */
  Optional<String> earlier(String part);

  /** Keeps it for a later try, which pays nothing for it: what it took is counted now. */
  void keep(String part, String answer, Usage usage);
}
