package ai.fileprocessing.inference;

/** A file from which nothing can be made for a model. */
final class UnusableFileException extends Exception {
  private static final long serialVersionUID = 1;

  private final String code;

  /**
   * @param message for its owner: what is wrong and what to do
   */
  UnusableFileException(String code, String message) {
    super(message);
    this.code = code;
  }

  String code() {
    return code;
  }

  /** The same of one of several files, by its number from 1. */
  UnusableFileException of(int number) {
    return new UnusableFileException(code, "File " + number + ": " + getMessage());
  }

  static UnusableFileException damaged() {
    return new UnusableFileException(
        "FILE_DAMAGED",
        "The file is damaged or not what it says it is. Open it, save it again and upload that.");
  }

  static UnusableFileException encrypted() {
    return new UnusableFileException(
        "FILE_ENCRYPTED",
        "The file can be read with a password only. Save it without one and upload that.");
  }

  static UnusableFileException empty() {
    return new UnusableFileException("FILE_EMPTY", "The file holds no text.");
  }

  static UnusableFileException tooComplex(String what) {
    return new UnusableFileException(
        "FILE_TOO_COMPLEX", what + " Split the file, or convert it to PDF or text.");
  }
}
