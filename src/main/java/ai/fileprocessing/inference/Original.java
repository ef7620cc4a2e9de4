package ai.fileprocessing.inference;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * An input's bytes as they came: in memory until they are put aside, and then in a file, from which
 * they can be read again without being held.
 */
final class Original implements AutoCloseable {
  /** Bytes that are not worth a file. */
  private static final int FEW = 64 * 1024;

  private interface Work<T> {
    T done() throws IOException;
  }

  private final Input input;
  private Path file;

  Original(Input input) {
    this.input = input;
  }

  Input input() {
    return input;
  }

  /** Its bytes; read again where they were put aside. */
  byte[] bytes() {
    return input.isHeld() ? input.content() : done(() -> Files.readAllBytes(file));
  }

  /** A file with its bytes, which is there until this is closed. */
  Path file() {
    if (file == null) {
      done(
          () -> {
            file = Files.createTempFile("input-", ".tmp");
            return Files.write(file, input.content());
          });
    }
    return file;
  }

  /** Holds its bytes no more, unless they are few. */
  void putAside() {
    if (input.isHeld() && input.size() > FEW) {
      file();
      input.letGo();
    }
  }

  /** An interruption closes what is open. */
  private static <T> T done(Work<T> work) {
    try {
      return work.done();
    } catch (IOException e) {
      if (Thread.currentThread().isInterrupted()) {
        throw new Patience.EndedException(true);
      }
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    if (file != null) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        file.toFile().deleteOnExit();
      }
    }
  }
}
