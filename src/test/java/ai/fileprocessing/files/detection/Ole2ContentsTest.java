package ai.fileprocessing.files.detection;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class Ole2ContentsTest {
  private static final String UNKNOWN = "application/x-ole-storage";

  private final ContentTypes types = new ContentTypes();

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void file() {
    file = folder.resolve("file");
  }

  @ParameterizedTest
  @CsvSource({
    "WordDocument, application/msword",
    "Workbook, application/vnd.ms-excel",
    "WORKBOOK, application/vnd.ms-excel",
    "Book, application/vnd.ms-excel",
    "PowerPoint Document, application/vnd.ms-powerpoint",
    "VisioDocument, application/vnd.visio",
    "__properties_version1.0, application/vnd.ms-outlook",
    "EncryptedPackage, application/encrypted",
    "Anything, " + UNKNOWN
  })
  void theNamesInItsRootSayWhatItIs(String name, String type) throws Exception {
    for (int sector : new int[] {512, 4096}) {
      TestOle2.with(sector, "\u0001CompObj", "\u0005SummaryInformation", name, "Data").write(file);

      assertThat(types.of(file, "a.docx")).isEqualTo(type);
      assertThat(types.of(file, "a.ppt")).isEqualTo(type);
    }
  }

  @Test
  void whatIsEmbeddedInItDoesNotMatter() throws Exception {
    TestOle2.with(512, "WordDocument", "ObjectPool").nested("Workbook").write(file);
    assertThat(types.of(file, "a")).isEqualTo("application/msword");

    TestOle2.with(512, "Data", "ObjectPool").nested("Workbook").write(file);
    assertThat(types.of(file, "a.xls")).isEqualTo(UNKNOWN);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 200, 13_000, 14_000, 31_000})
  void itsDirectoryMayBeAnywhere(int behind) throws Exception {
    String[] names = IntStream.range(0, 20).mapToObj(i -> "name " + i).toArray(String[]::new);
    names[19] = "PowerPoint Document";
    TestOle2.with(512, names).behind(behind).write(file);

    assertThat(types.of(file, "a")).isEqualTo("application/vnd.ms-powerpoint");
  }

  @Test
  void aDirectoryThatNeverEndsIsReadNoFurtherThanTheLook() throws Exception {
    TestOle2.with(512, "x", "y", "z", "Workbook").looped().write(file);
    assertThat(types.of(file, "a")).isEqualTo("application/vnd.ms-excel");

    String[] names = IntStream.range(0, 50_000).mapToObj(i -> "n" + i).toArray(String[]::new);
    names[49_999] = "Workbook";
    TestOle2.with(512, names).write(file);
    assertThat(types.of(file, "a")).isEqualTo(UNKNOWN);
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 100, 511, 512, 600, 1024, 1100})
  void oneThatWasCutOffIsOfNoKnownKind(int length) throws Exception {
    TestOle2.with(512, "x", "y", "z", "Workbook").write(file);
    try (RandomAccessFile cut = new RandomAccessFile(file.toFile(), "rw")) {
      cut.setLength(length);
    }

    assertThat(types.of(file, "a.xls")).isEqualTo(UNKNOWN);
  }

  @Test
  void wildNumbersInItHarmNobody() throws Exception {
    byte[] whole = Files.readAllBytes(TestOle2.with(512, "x", "y", "z", "Workbook").write(file));
    for (int at = 24; at < whole.length - 4; at += 4) {
      for (int value : new int[] {0, 0x7f, 0xff}) {
        byte[] wild = whole.clone();
        for (int i = 0; i < 4; i++) {
          wild[at + i] = (byte) value;
        }
        Files.write(file, wild);

        assertThat(types.of(file, "a")).isIn(UNKNOWN, "application/vnd.ms-excel");
      }
    }
  }
}
