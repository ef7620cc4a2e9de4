package ai.fileprocessing.files.detection;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * OLE2 files: a header, the allocation table with the list of its own sectors, and a directory
 * behind as much unused space as one likes.
 */
final class TestOle2 {
  private static final int ENTRIES_IN_HEADER = 109;
  private static final int NONE = -1;
  private static final int END = -2;

  private record Entry(String name, int next, int child) {}

  private final List<Entry> entries = new ArrayList<>();
  private final int sectorSize;
  private int unused;
  private boolean loops;

  private TestOle2(int sectorSize) {
    this.sectorSize = sectorSize;
  }

  /** With these names in its root, each the right neighbour of the one before. */
  static TestOle2 with(int sectorSize, String... names) {
    TestOle2 file = new TestOle2(sectorSize);
    file.entries.add(new Entry("Root Entry", NONE, names.length == 0 ? NONE : 1));
    for (int i = 0; i < names.length; i++) {
      file.entries.add(new Entry(names[i], i + 1 < names.length ? i + 2 : NONE, NONE));
    }
    return file;
  }

  /** The last name becomes a storage with one name in it. */
  TestOle2 nested(String name) {
    int last = entries.size() - 1;
    entries.set(last, new Entry(entries.get(last).name(), NONE, last + 1));
    entries.add(new Entry(name, NONE, NONE));
    return this;
  }

  TestOle2 behind(int sectors) {
    unused = sectors;
    return this;
  }

  /** The directory's last sector leads to its first, and its last entry to itself. */
  TestOle2 looped() {
    loops = true;
    int last = entries.size() - 1;
    entries.set(last, new Entry(entries.get(last).name(), last, NONE));
    return this;
  }

  Path write(Path file) throws IOException {
    int perSector = sectorSize / 4;
    int directory = (entries.size() * 128 + sectorSize - 1) / sectorSize;
    int tables = 1;
    while (tables * perSector < tables * 2 + unused + directory) {
      tables++;
    }
    int lists = Math.max(0, tables - ENTRIES_IN_HEADER + perSector - 2) / (perSector - 1);
    int first = lists + tables + unused;
    ByteBuffer bytes = bytes((first + directory + 1) * sectorSize);
    header(bytes, tables, lists, first);
    for (int table = ENTRIES_IN_HEADER; table < tables; table++) {
      int list = (table - ENTRIES_IN_HEADER) / (perSector - 1);
      int at = (list + 1) * sectorSize;
      bytes.putInt(at + (table - ENTRIES_IN_HEADER) % (perSector - 1) * 4, lists + table);
      bytes.putInt(at + sectorSize - 4, list + 1 < lists ? list + 1 : END);
    }
    for (int i = 0; i < directory; i++) {
      int next = i + 1 < directory ? first + i + 1 : loops ? first : END;
      bytes.putInt((lists + 1) * sectorSize + (first + i) * 4, next);
    }
    for (int i = 0; i < entries.size(); i++) {
      entry(bytes, (first + 1) * sectorSize + i * 128, entries.get(i), i == 0);
    }
    try (FileChannel out =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      out.write(bytes);
    }
    return file;
  }

  private void header(ByteBuffer bytes, int tables, int lists, int first) {
    bytes.putLong(0, 0xE11AB1A1E011CFD0L);
    bytes.putShort(26, (short) (sectorSize == 512 ? 3 : 4));
    bytes.putShort(28, (short) -2);
    bytes.putShort(30, (short) (sectorSize == 512 ? 9 : 12));
    bytes.putShort(32, (short) 6);
    bytes.putInt(44, tables);
    bytes.putInt(48, first);
    bytes.putInt(68, lists == 0 ? END : 0);
    bytes.putInt(72, lists);
    for (int i = 0; i < ENTRIES_IN_HEADER; i++) {
      bytes.putInt(76 + 4 * i, i < tables ? lists + i : NONE);
    }
  }

  private static void entry(ByteBuffer bytes, int at, Entry entry, boolean root) {
    byte[] name = entry.name().getBytes(StandardCharsets.UTF_16LE);
    bytes.put(at, name);
    bytes.putShort(at + 64, (short) (name.length + 2));
    bytes.put(at + 66, (byte) (root ? 5 : entry.child() == NONE ? 2 : 1));
    bytes.putInt(at + 68, NONE);
    bytes.putInt(at + 72, entry.next());
    bytes.putInt(at + 76, entry.child());
  }

  private static ByteBuffer bytes(int length) {
    return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
  }
}
