package ai.fileprocessing.inference;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** How wide and high pictures are by their headers, where Java reads their format. */
final class ImageSize {
  private ImageSize() {}

  /**
   * Refuses a picture that is wider or higher; of a format that Java does not read, the model
   * tells.
   *
   * @throws UnusableFileException also for one whose header is damaged
   */
  static void refuseOver(int pixels, byte[] content) throws UnusableFileException {
    int width;
    int height;
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(content))) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
      if (!readers.hasNext()) {
        return;
      }
      ImageReader reader = readers.next();
      reader.setInput(in);
      width = reader.getWidth(0);
      height = reader.getHeight(0);
      reader.dispose();
    } catch (IOException | RuntimeException e) {
      throw UnusableFileException.damaged();
    }
    if (Math.max(width, height) > pixels) {
      throw new UnusableFileException(
          "FILE_TOO_LARGE",
          "The image has %d by %d pixels; the most is %d each way. Scale it down."
              .formatted(width, height, pixels));
    }
  }
}
