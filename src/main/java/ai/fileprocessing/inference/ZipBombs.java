package ai.fileprocessing.inference;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Collections;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Refuses a packed document that is too large when it is unpacked, before anything that would hold
 * it is built. What its entries say of their sizes is not believed: they are unpacked and counted.
 */
final class ZipBombs {
  private static final int MOST_ENTRIES = 10_000;

  private ZipBombs() {}

  /**
   * Counts the bytes of all entries.
   *
   * @param most of them
   * @return how many they are
   */
  static long refuse(Path zip, long most, Patience patience) throws UnusableFileException {
    try (ZipFile file = new ZipFile(zip.toFile())) {
      if (file.size() > MOST_ENTRIES) {
        throw UnusableFileException.tooComplex(
            "The file packs more than " + MOST_ENTRIES + " others.");
      }
      return count(file, most, patience);
    } catch (IOException | RuntimeException e) {
      if (e instanceof Patience.EndedException ended) {
        throw ended;
      }
      throw UnusableFileException.damaged();
    }
  }

  private static long count(ZipFile file, long most, Patience patience)
      throws IOException, UnusableFileException {
    long unpacked = 0;
    byte[] sink = new byte[64 * 1024];
    for (ZipEntry entry : Collections.list(file.entries())) {
      try (InputStream in = file.getInputStream(entry)) {
        for (int read = in.read(sink); read >= 0; read = in.read(sink)) {
          patience.check();
          unpacked += read;
          if (unpacked > most) {
            throw UnusableFileException.tooComplex(
                "The file has more than " + most + " bytes when it is unpacked.");
          }
        }
      }
    }
    return unpacked;
  }
}
