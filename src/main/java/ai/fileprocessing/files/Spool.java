package ai.fileprocessing.files;

import ai.fileprocessing.platform.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The bytes of one upload on local disk. Only what arrived whole leaves for the store, with a known
 * size and checksum and from a source that can be read again when the store wants a retry; memory
 * holds one buffer.
 */
final class Spool implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Spool.class.getName());

  private final Path file;
  private final long size;
  private final byte[] sha256;

  private Spool(Path file, long size, byte[] sha256) {
    this.file = file;
    this.size = size;
    this.sha256 = sha256;
  }

  /** Something that writes bytes, and may fail in the middle. */
  @FunctionalInterface
  interface Source {
    void writeTo(OutputStream out) throws IOException;
  }

  /** Spools a stream to its end. */
  static Spool of(InputStream in, Path folder, long limit) throws IOException {
    return of(in::transferTo, folder, limit);
  }

  /**
   * Spools what a source writes.
   *
   * @throws Problem 413 as soon as it writes more than the limit; nothing stays behind
   */
  static Spool of(Source source, Path folder, long limit) throws IOException {
    Path file = Files.createTempFile(folder, "upload-", ".part");
    try (LimitedOutput out = new LimitedOutput(Files.newOutputStream(file), limit);
        DigestOutputStream digested = new DigestOutputStream(out, sha256())) {
      source.writeTo(digested);
      return new Spool(file, out.written(), digested.getMessageDigest().digest());
    } catch (IOException | RuntimeException | Error e) {
      Files.deleteIfExists(file);
      throw e;
    }
  }

  Path file() {
    return file;
  }

  long size() {
    return size;
  }

  byte[] checksum() {
    return sha256.clone();
  }

  @Override
  public void close() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      LOG.log(
          Level.WARNING,
          "A spooled upload could not be removed; it stays until the folder is cleared",
          e);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Counts what passes and refuses the first byte over the limit. */
  private static final class LimitedOutput extends OutputStream {
    private final OutputStream out;
    private final long limit;
    private long written;

    LimitedOutput(OutputStream out, long limit) {
      this.out = out;
      this.limit = limit;
    }

    long written() {
      return written;
    }

    @Override
    public void write(int octet) {
      write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      if (written + length > limit) {
        throw UploadLimit.exceeded(limit);
      }
      try {
        out.write(bytes, offset, length);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      written += length;
    }

    @Override
    public void close() {
      try {
        out.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
