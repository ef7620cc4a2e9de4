package ai.fileprocessing.inference;

/**
 * Something that a question is about. Its bytes are held until they are of no more use: whoever
 * still has it then has no bytes.
 */
public final class Input {
  private final int position;
  private final String name;
  private final String contentType;
  private final int size;
  private byte[] content;

  /**
   * Of these bytes, which are not copied.
   *
   * @param position its place among all inputs of the job, from 0
   * @param name as its owner calls it; it never reaches a model where it could be taken for more
   *     than a name
   * @param contentType its media type, detected from its bytes
   */
  public Input(int position, String name, String contentType, byte[] content) {
    this.position = position;
    this.name = name;
    this.contentType = contentType;
    this.content = content;
    size = content.length;
  }

  /** Its place among all inputs of the job, from 0. */
  public int position() {
    return position;
  }

  /** As its owner calls it. */
  public String name() {
    return name;
  }

  /** Its media type, detected from its bytes. */
  public String contentType() {
    return contentType;
  }

  /** In bytes, also when these are let go. */
  public int size() {
    return size;
  }

  /**
   * Its bytes, which are not copied.
   *
   * @throws IllegalStateException when they were let go
   */
  public byte[] content() {
    if (content == null) {
      throw new IllegalStateException("The bytes of input " + position + " were let go");
    }
    return content;
  }

  Fit.Facts facts() {
    return new Fit.Facts(name, contentType, size);
  }

  boolean isHeld() {
    return content != null;
  }

  /** Its bytes are of no more use here. */
  void letGo() {
    content = null;
  }
}
