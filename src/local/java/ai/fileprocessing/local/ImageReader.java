package ai.fileprocessing.local;

import java.io.IOException;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.tika.exception.TikaException;
import org.apache.tika.io.TikaInputStream;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.metadata.TIFF;
import org.apache.tika.parser.AutoDetectParser;
import org.apache.tika.parser.ParseContext;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.DefaultHandler;

/** Looks at what an image is and how large, without its pixels. */
final class ImageReader {
  private static final AutoDetectParser PARSER = new AutoDetectParser();

  /**
   * An image.
   *
   * @param type its media type, such as {@code image/png}
   */
  record Size(String type, int width, int height) {}

  private ImageReader() {}

  /** Empty when the bytes are no image that can be read. */
  static Optional<Size> read(byte[] bytes) {
    Metadata metadata = new Metadata();
    try (TikaInputStream in = TikaInputStream.get(bytes)) {
      PARSER.parse(in, new DefaultHandler(), metadata, new ParseContext());
    } catch (TikaException | SAXException | IOException e) {
      return Optional.empty();
    }
    Optional<Integer> width = pixels(metadata, TIFF.IMAGE_WIDTH.getName(), "Image Width");
    Optional<Integer> height = pixels(metadata, TIFF.IMAGE_LENGTH.getName(), "Image Height");
    return width.flatMap(w -> height.map(h -> new Size(metadata.get(Metadata.CONTENT_TYPE), w, h)));
  }

  private static Optional<Integer> pixels(Metadata metadata, String... names) {
    return Stream.of(names)
        .map(metadata::get)
        .filter(value -> value != null)
        .findFirst()
        .map(value -> Integer.valueOf(value.split(" ")[0]));
  }
}
