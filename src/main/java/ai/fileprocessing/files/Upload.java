package ai.fileprocessing.files;

/**
 * A file on its way in: named, typed, and whole on this machine's disk.
 *
 * @param contentType as it was declared
 * @param content its bytes; closing the upload removes them
 */
public record Upload(String filename, String contentType, Spool content) implements AutoCloseable {
  @Override
  public void close() {
    content.close();
  }
}
