package ai.fileprocessing.inference;

import java.io.IOException;
import org.apache.pdfbox.io.RandomAccessReadBuffer;

/** Bytes for PDFBox, which reads no further once patience has ended. */
final class PatientBytes extends RandomAccessReadBuffer {
  private static final int OFTEN = 4096;

  private final Patience patience;
  private int reads;

  PatientBytes(byte[] content, Patience patience) {
    super(content);
    this.patience = patience;
  }

  @Override
  public int read() throws IOException {
    check();
    return super.read();
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    check();
    return super.read(into, offset, length);
  }

  private void check() {
    if (reads++ % OFTEN == 0) {
      patience.check();
    }
  }
}
