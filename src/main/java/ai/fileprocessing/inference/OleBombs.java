package ai.fileprocessing.inference;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Set;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.apache.poi.hssf.record.BOFRecord;
import org.apache.poi.hssf.record.ContinueRecord;
import org.apache.poi.hssf.record.DBCellRecord;
import org.apache.poi.hssf.record.DrawingGroupRecord;
import org.apache.poi.hssf.record.EOFRecord;
import org.apache.poi.hssf.record.MulRKRecord;
import org.apache.poi.hssf.record.RKRecord;
import org.apache.poi.poifs.filesystem.DocumentEntry;
import org.apache.poi.poifs.filesystem.DocumentInputStream;
import org.apache.poi.poifs.filesystem.Entry;
import org.apache.poi.poifs.filesystem.POIFSFileSystem;
import org.apache.tika.parser.microsoft.OfficeParser.POIFSDocumentType;

/**
 * Refuses an old Office file whose drawings are too large when they are unpacked. POI unpacks them
 * along with the text, without a bound; they may begin anywhere, so that everything is unpacked and
 * counted that could be one.
 */
final class OleBombs {
  /** What ends no drawing that goes on in another record. */
  private static final Set<Integer> BETWEEN =
      Set.of(
          (int) BOFRecord.sid,
          (int) EOFRecord.sid,
          (int) RKRecord.sid,
          (int) MulRKRecord.sid,
          (int) DBCellRecord.sid);

  private final long most;
  private final Patience patience;
  private final Inflater inflater = new Inflater();
  private final byte[] sink = new byte[64 * 1024];
  private long unpacked;

  private OleBombs(long most, long size, Patience patience) {
    this.most = most;
    this.patience = patience;
    unpacked = size;
  }

  /**
   * Counts the bytes of the file and of what is packed in it.
   *
   * @param type what it has to be: for another one another reader would be called
   * @param most of these bytes
   * @return how many they are
   */
  static long refuse(Path file, POIFSDocumentType type, long most, Patience patience)
      throws UnusableFileException {
    try (POIFSFileSystem ole = new POIFSFileSystem(file.toFile(), true)) {
      if (POIFSDocumentType.detectType(ole.getRoot()) != type) {
        throw UnusableFileException.damaged();
      }
      long size = file.toFile().length();
      OleBombs count = new OleBombs(most, size, patience);
      try {
        for (Entry entry : ole.getRoot()) {
          if (entry instanceof DocumentEntry stream && !isUnread(stream, type)) {
            byte[] bytes = bytes(stream, size);
            count.unpack(bytes);
            if (type == POIFSDocumentType.WORKBOOK) {
              count.unpack(drawings(bytes));
            }
          }
        }
      } finally {
        count.inflater.end();
      }
      return count.unpacked;
    } catch (IOException | RuntimeException e) {
      if (e instanceof Patience.EndedException ended) {
        throw ended;
      }
      // An interruption closes files, which then cannot be read.
      patience.check();
      throw UnusableFileException.damaged();
    }
  }

  /** Whoever reads slides looks at no pictures. */
  private static boolean isUnread(DocumentEntry stream, POIFSDocumentType type) {
    return type == POIFSDocumentType.POWERPOINT && stream.getName().equals("Pictures");
  }

  /** Whatever it says of its size, it has no more than the file. */
  private static byte[] bytes(DocumentEntry stream, long size) throws IOException {
    try (InputStream in = new DocumentInputStream(stream)) {
      return in.readNBytes((int) Math.min(stream.getSize(), size));
    }
  }

  /** A workbook's drawings, which are cut into records and joined again as POI does. */
  private static byte[] drawings(byte[] records) {
    ByteArrayOutputStream drawings = new ByteArrayOutputStream();
    boolean within = false;
    int at = 0;
    while (at + 4 <= records.length) {
      int sid = unsigned(records, at);
      int length = Math.min(unsigned(records, at + 2), records.length - at - 4);
      boolean begins = sid == DrawingGroupRecord.sid;
      if (begins || within && sid == ContinueRecord.sid) {
        drawings.write(records, at + 4, length);
      }
      within = begins || within && (sid == ContinueRecord.sid || BETWEEN.contains(sid));
      at += 4 + length;
    }
    return drawings.toByteArray();
  }

  private static int unsigned(byte[] bytes, int at) {
    return bytes[at] & 0xFF | (bytes[at + 1] & 0xFF) << 8;
  }

  private void unpack(byte[] bytes) throws UnusableFileException {
    for (int at = 0; at + 1 < bytes.length; at++) {
      if (mayBegin(bytes[at] & 0xFF, bytes[at + 1] & 0xFF)) {
        unpack(bytes, at);
      }
    }
  }

  /** The first two bytes of everything that an inflater takes (RFC 1950). */
  private static boolean mayBegin(int first, int second) {
    return (first & 0x0F) == 8 && first >> 4 <= 7 && (first << 8 | second) % 31 == 0;
  }

  private void unpack(byte[] bytes, int from) throws UnusableFileException {
    inflater.reset();
    inflater.setInput(bytes, from, bytes.length - from);
    try {
      int some;
      do {
        patience.check();
        some = inflater.inflate(sink);
        unpacked += some;
        if (unpacked > most) {
          throw UnusableFileException.tooComplex(
              "The file has more than " + most + " bytes when it is unpacked.");
        }
      } while (some > 0);
    } catch (DataFormatException e) {
      // It was none, or a damaged one; what there was of it is counted.
    }
  }
}
