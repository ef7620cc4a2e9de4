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

  /**
   * What each tag and attribute counts beside its bytes where a tree is built of them: it takes 150
   * bytes of the heap, and what is unpacked counts six times.
   */
  private static final int MARK = 25;

  private interface Trees {
    boolean of(String name);
  }

  private ZipBombs() {}

  /**
   * Counts the bytes of all entries.
   *
   * @param most of them
   * @return how many they are
   */
  static long refuse(Path zip, long most, Patience patience) throws UnusableFileException {
    return refuse(zip, most, patience, file -> name -> false);
  }

  /** The same of an Office Open XML file, with what trees of its parts take. */
  static long refuseOpenXml(Path zip, long most, Patience patience) throws UnusableFileException {
    return refuse(zip, most, patience, file -> new OpenXmlTrees(file)::of);
  }

  private interface Reading {
    Trees trees(ZipFile file) throws IOException, UnusableFileException;
  }

  private static long refuse(Path zip, long most, Patience patience, Reading reading)
      throws UnusableFileException {
    try (ZipFile file = new ZipFile(zip.toFile())) {
      if (file.size() > MOST_ENTRIES) {
        throw UnusableFileException.tooComplex(
            "The file packs more than " + MOST_ENTRIES + " others.");
      }
      return count(file, most, patience, reading.trees(file));
    } catch (IOException | RuntimeException e) {
      if (e instanceof Patience.EndedException ended) {
        throw ended;
      }
      throw UnusableFileException.damaged();
    }
  }

  private static long count(ZipFile file, long most, Patience patience, Trees trees)
      throws IOException, UnusableFileException {
    long unpacked = 0;
    byte[] sink = new byte[64 * 1024];
    for (ZipEntry entry : Collections.list(file.entries())) {
      boolean tree = trees.of(entry.getName());
      try (InputStream in = file.getInputStream(entry)) {
        for (int read = in.read(sink); read >= 0; read = in.read(sink)) {
          patience.check();
          unpacked += read + (tree ? MARK * marks(sink, read) : 0);
          if (unpacked > most) {
            throw UnusableFileException.tooComplex(
                "The file has more than " + most + " bytes when it is unpacked.");
          }
        }
      }
    }
    return unpacked;
  }

  /** Also in EBCDIC, which XML may be written in; with others these are where ASCII has them. */
  private static long marks(byte[] bytes, int length) {
    long marks = 0;
    for (int i = 0; i < length; i++) {
      if (bytes[i] == '<' || bytes[i] == '=' || bytes[i] == 0x4C || bytes[i] == 0x7E) {
        marks++;
      }
    }
    return marks;
  }
}
