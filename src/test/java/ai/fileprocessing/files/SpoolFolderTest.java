package ai.fileprocessing.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SpoolFolderTest {
  @TempDir Path spool;

  @Test
  void aProcessThatEndsInOrderLeavesNothing() throws Exception {
    SpoolFolder own = new SpoolFolder(spool);
    Files.writeString(own.path().resolve("upload-1.part"), "half");

    own.close();

    assertThat(spool).isEmptyDirectory();
  }

  @Test
  void whatAProcessThatWasKilledLeftIsClearedByTheNextAndNotWhileItLives() throws Exception {
    Process other = otherProcess();
    Path left;
    try (BufferedReader told = other.inputReader()) {
      left = Path.of(told.readLine());
      Files.writeString(left.resolve("upload-1.part"), "half");

      new SpoolFolder(spool).close();
      assertThat(left.resolve("upload-1.part")).exists();
    } finally {
      other.destroyForcibly().waitFor();
    }

    SpoolFolder next = new SpoolFolder(spool);

    assertThat(left).doesNotExist();
    assertThat(paths()).containsExactlyInAnyOrder(next.path(), lock(next));
    next.close();
  }

  @Test
  void twoInOneProcessLeaveEachOtherAlone() throws Exception {
    SpoolFolder one = new SpoolFolder(spool);
    SpoolFolder two = new SpoolFolder(spool);

    assertThat(paths()).containsExactlyInAnyOrder(one.path(), lock(one), two.path(), lock(two));
    one.close();
    two.close();
    assertThat(spool).isEmptyDirectory();
  }

  @Test
  void whatIsNotOursStaysAndNoLinkIsFollowed(@TempDir Path elsewhere) throws Exception {
    Path foreign = Files.writeString(spool.resolve("report.lock"), "");
    Path kept = Files.writeString(elsewhere.resolve("kept"), "");
    Files.createFile(spool.resolve("uploads-x.lock"));
    Files.createSymbolicLink(spool.resolve("uploads-x"), elsewhere);

    new SpoolFolder(spool).close();

    assertThat(paths()).containsExactly(foreign);
    assertThat(kept).exists();
  }

  @Test
  void aFolderThatACleanerTookIsMadeAgain() throws Exception {
    SpoolFolder own = new SpoolFolder(spool);
    Files.delete(own.path());

    assertThat(own.path()).isDirectory();
    own.close();
  }

  @Test
  void aSpoolThatIsNotThereStopsTheStartAndIsNamed() {
    Path absent = spool.resolve("absent");

    assertThatThrownBy(() -> new SpoolFolder(absent))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("files.spool")
        .hasMessageContaining("absent");
  }

  private Process otherProcess() throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Other.class.getName(),
            spool.toString())
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  /** Takes a folder, tells its name, and keeps it until it is killed. */
  static final class Other {
    private Other() {}

    public static void main(String[] arguments) throws Exception {
      System.out.println(new SpoolFolder(Path.of(arguments[0])).path());
      System.in.read();
    }
  }

  private static Path lock(SpoolFolder folder) throws IOException {
    return folder.path().resolveSibling(folder.path().getFileName() + ".lock");
  }

  private List<Path> paths() throws IOException {
    try (Stream<Path> paths = Files.list(spool)) {
      return paths.toList();
    }
  }
}
