package ai.fileprocessing.inference;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.pdfbox.io.RandomAccessRead;
import org.apache.pdfbox.io.RandomAccessReadBuffer;
import org.apache.pdfbox.io.RandomAccessReadBufferedFile;
import org.apache.pdfbox.io.RandomAccessReadView;

/** Bytes for PDFBox, which reads no further once patience has ended. */
final class PatientBytes implements RandomAccessRead {
  private static final int OFTEN = 4096;

  private final RandomAccessRead bytes;
  private final Patience patience;
  private int reads;

  private PatientBytes(RandomAccessRead bytes, Patience patience) {
    this.bytes = bytes;
    this.patience = patience;
  }

  /** Those of an array, which is not copied. */
  static RandomAccessRead of(byte[] content, Patience patience) {
    return new PatientBytes(new RandomAccessReadBuffer(content), patience);
  }

  /** Those of a file, of which some pages are held. */
  static RandomAccessRead of(Path file, Patience patience) throws IOException {
    return new PatientBytes(new RandomAccessReadBufferedFile(file), patience);
  }

  private void check() {
    if (reads++ % OFTEN == 0) {
      patience.check();
    }
  }

  @Override
  public int read() throws IOException {
    check();
    return bytes.read();
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    check();
    return bytes.read(into, offset, length);
  }

  @Override
  public RandomAccessReadView createView(long start, long length) {
    return new RandomAccessReadView(this, start, length);
  }

  @Override
  public long getPosition() throws IOException {
    return bytes.getPosition();
  }

  @Override
  public void seek(long position) throws IOException {
    bytes.seek(position);
  }

  @Override
  public long length() throws IOException {
    return bytes.length();
  }

  @Override
  public boolean isClosed() {
    return bytes.isClosed();
  }

  @Override
  public boolean isEOF() throws IOException {
    return bytes.isEOF();
  }

  @Override
  public void close() throws IOException {
    bytes.close();
  }
}
