package ai.fileprocessing.files.detection;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The directory of an OLE2 file ([MS-CFB], sections 2.2 to 2.6): a chain of sectors, which the
 * allocation table links, with entries that are the nodes of a tree for each storage. At most the
 * first {@value #MOST_SECTORS} sectors are read.
 */
final class Ole2Directory {
  private static final int MOST_SECTORS = 512;
  private static final int HEADER = 512;
  private static final int ENTRY = 128;

  /** Entries of the table of tables in the header; the others are in sectors of their own. */
  private static final int IN_HEADER = 109;

  private final SeekableByteChannel file;
  private final ByteBuffer header;
  private final int sectorSize;
  private final List<ByteBuffer> sectors = new ArrayList<>();

  private Ole2Directory(SeekableByteChannel file) throws IOException {
    this.file = file;
    header = read(0, HEADER);
    int shift = header.getShort(30);
    if (shift != 9 && shift != 12) {
      throw new IOException("No such size of a sector: " + shift);
    }
    sectorSize = 1 << shift;
  }

  /**
   * The names in the root storage, in lower case.
   *
   * @throws IOException also where the file is damaged
   */
  static Set<String> rootOf(SeekableByteChannel file) throws IOException {
    Ole2Directory directory = new Ole2Directory(file);
    directory.readSectors();
    return directory.rootNames();
  }

  private void readSectors() throws IOException {
    long sector = unsigned(header, 48);
    while (isInFile(sector) && sectors.size() < MOST_SECTORS) {
      sectors.add(read(offset(sector), sectorSize));
      sector = next(sector);
    }
  }

  private Set<String> rootNames() {
    Set<String> names = new HashSet<>();
    Set<Long> seen = new HashSet<>();
    Deque<Long> open = new ArrayDeque<>();
    if (isRead(0)) {
      open.push(unsigned(entry(0), 76));
    }
    while (!open.isEmpty()) {
      long id = open.pop();
      if (isRead(id) && seen.add(id)) {
        ByteBuffer entry = entry(id);
        names.add(name(entry));
        open.push(unsigned(entry, 68));
        open.push(unsigned(entry, 72));
      }
    }
    return names;
  }

  /** The sector after one, as the allocation table says; its sectors are listed in the header. */
  private long next(long sector) throws IOException {
    long perSector = sectorSize / 4;
    long table = sector / perSector;
    long at = table < IN_HEADER ? unsigned(header, 76 + 4 * (int) table) : listed(table);
    return unsigned(read(offset(at) + sector % perSector * 4, 4), 0);
  }

  /** A sector of the allocation table that the header has no room for. */
  private long listed(long table) throws IOException {
    long perSector = sectorSize / 4 - 1;
    long list = unsigned(header, 68);
    for (long skip = (table - IN_HEADER) / perSector; skip > 0; skip--) {
      list = unsigned(read(offset(list) + 4 * perSector, 4), 0);
    }
    return unsigned(read(offset(list) + (table - IN_HEADER) % perSector * 4, 4), 0);
  }

  private boolean isInFile(long sector) throws IOException {
    return offset(sector) < file.size();
  }

  /** The first sector comes after one that holds the header. */
  private long offset(long sector) {
    return (sector + 1) * sectorSize;
  }

  private boolean isRead(long id) {
    return id < (long) sectors.size() * sectorSize / ENTRY;
  }

  private ByteBuffer entry(long id) {
    long at = id * ENTRY;
    return sectors
        .get((int) (at / sectorSize))
        .slice((int) (at % sectorSize), ENTRY)
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  private static String name(ByteBuffer entry) {
    int length = Math.max(0, Math.min(64, entry.getShort(64)) - 2);
    byte[] name = new byte[length];
    entry.get(0, name);
    return new String(name, StandardCharsets.UTF_16LE).toLowerCase(Locale.ROOT);
  }

  private ByteBuffer read(long position, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    file.position(position);
    while (bytes.hasRemaining()) {
      if (file.read(bytes) < 0) {
        throw new EOFException();
      }
    }
    return bytes;
  }

  private static long unsigned(ByteBuffer bytes, int offset) {
    return Integer.toUnsignedLong(bytes.getInt(offset));
  }
}
