package ai.fileprocessing.inference;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** In which form an input reaches a model. */
public enum Route {
  /** As it is, or recoded, in a document block of Converse. */
  DOCUMENT,
  /** As it is, in an image block. */
  IMAGE,
  /** As text, in one piece. */
  TEXT,
  /** The text that was found in it, in several questions where it is too long for one. */
  EXTRACTED_TEXT,
  /** In documents of some of its pages, one question each, and their answers merged. */
  SPLIT_PAGES,
  /** As text, in several questions, and their answers merged. */
  PARTS;

  /** The name as clients see it: {@code extracted_text}. */
  @JsonValue
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
