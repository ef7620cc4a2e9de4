package ai.fileprocessing.inference;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.pdfbox.io.RandomAccessRead;
import org.apache.pdfbox.io.RandomAccessReadBuffer;
import org.apache.pdfbox.io.RandomAccessReadBufferedFile;

/** Bytes for PDFBox, which reads no further once patience has ended. */
final class PatientBytes {
  private static final int OFTEN = 4096;

  private final Patience patience;
  private int reads;

  private PatientBytes(Patience patience) {
    this.patience = patience;
  }

  /** Those of an array, which is not copied. */
  static RandomAccessRead of(byte[] content, Patience patience) {
    PatientBytes bytes = new PatientBytes(patience);
    return new RandomAccessReadBuffer(content) {
      @Override
      public int read() throws IOException {
        bytes.check();
        return super.read();
      }

      @Override
      public int read(byte[] into, int offset, int length) throws IOException {
        bytes.check();
        return super.read(into, offset, length);
      }
    };
  }

  /** Those of a file, of which some pages are held. */
  static RandomAccessRead of(Path file, Patience patience) throws IOException {
    PatientBytes bytes = new PatientBytes(patience);
    return new RandomAccessReadBufferedFile(file) {
      @Override
      public int read() throws IOException {
        bytes.check();
        return super.read();
      }

      @Override
      public int read(byte[] into, int offset, int length) throws IOException {
        bytes.check();
        return super.read(into, offset, length);
      }
    };
  }

  private void check() {
    if (reads++ % OFTEN == 0) {
      patience.check();
    }
  }
}
