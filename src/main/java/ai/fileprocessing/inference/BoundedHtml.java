package ai.fileprocessing.inference;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import org.apache.tika.detect.DefaultEncodingDetector;
import org.apache.tika.detect.EncodingDetector;
import org.apache.tika.metadata.Metadata;

/**
 * Bounds the tags of the html in a message: Tika's parser builds the whole of it in memory, where
 * the shortest tag takes fifty times its bytes. They are counted where that parser asks for the
 * encoding, the last that can be done before; the parser itself cannot be another one.
 */
final class BoundedHtml implements EncodingDetector {
  /** Many times those of a long newsletter. */
  static final int MOST_TAGS = 100_000;

  private static final long serialVersionUID = 1;

  private final EncodingDetector encodings = new DefaultEncodingDetector();
  private int tags;

  @Override
  public Charset detect(InputStream input, Metadata metadata) throws IOException {
    String type = metadata.get(Metadata.CONTENT_TYPE);
    if (type == null || !type.startsWith("text/plain")) {
      count(input);
    }
    return encodings.detect(input, metadata);
  }

  private void count(InputStream input) throws IOException {
    byte[] some = new byte[8 * 1024];
    input.mark(Integer.MAX_VALUE);
    for (int read = input.read(some); read >= 0; read = input.read(some)) {
      for (int i = 0; i < read; i++) {
        tags += some[i] == '<' ? 1 : 0;
      }
      if (tags > MOST_TAGS) {
        // The parser of messages may forget this, and goes on with the next part.
        throw new IOException("Too many tags");
      }
    }
    input.reset();
  }

  /**
   * Says after reading whether it came to an end there.
   *
   * @throws UnusableFileException when there were more tags
   */
  void refuseBomb() throws UnusableFileException {
    if (tags > MOST_TAGS) {
      throw UnusableFileException.tooComplex("The file has more than " + MOST_TAGS + " html tags.");
    }
  }
}
