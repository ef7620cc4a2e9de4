package ai.fileprocessing.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes with a small heap, which end when it is not enough. */
class FootprintTest {
  private static final int MB = 1 << 20;

  /** What a process has that asks about nothing of size, rounded up. */
  private static final int BASE = 20 * MB;

  @TempDir Path folder;

  @Test
  void documentsTakeNoMoreThanIsSaid() throws Exception {
    assertEnough("application/pdf", Papers.pdf(45, 100_000), 10);
  }

  @Test
  void aPdfThatIsSplitTakesNoMoreThanIsSaid() throws Exception {
    assertEnough("application/pdf", Papers.pdf(250, 80_000), 1);
  }

  @Test
  void textsTakeNoMoreThanIsSaid() throws Exception {
    assertEnough("text/plain", Papers.utf8("Some plain words.\n".repeat(30_000)), 10);
    assertEnough("text/plain", Papers.utf8("Einige W\u00f6rter.\n\n".repeat(600_000)), 1);
  }

  @Test
  void textThatIsFoundTakesNoMoreThanIsSaid() throws Exception {
    assertEnough(Papers.PPTX, Papers.pptx(words(8 * MB)), 1);
    assertEnough("application/rtf", Papers.rtf(words(8 * MB)), 1);
  }

  @Test
  void fiftyDocumentsInAHeapOf512MbWait() throws Exception {
    byte[] document = new byte[4_500_000];
    new Random(1).nextBytes(document);

    assertThat(exitStatus(Papers.DOCX, document, 50, 384L * MB, 512 * MB)).isZero();
  }

  @Test
  void fiftyDocumentsInAHeapOf512MbAreTooManyWhenNobodyWaits() throws Exception {
    byte[] document = new byte[4_500_000];
    new Random(1).nextBytes(document);

    assertThat(exitStatus(Papers.DOCX, document, 50, 4_096L * MB, 512 * MB)).isNotZero();
  }

  private void assertEnough(String type, byte[] content, int count) throws Exception {
    long bytes = count * FootprintMain.each(type, content.length);

    assertThat(exitStatus(type, content, count, bytes, BASE + bytes)).isZero();
  }

  private int exitStatus(String type, byte[] content, int count, long bytes, long heap)
      throws IOException, InterruptedException {
    Path file = Files.write(folder.resolve("file"), content);
    ProcessBuilder process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heap / 1024 + "k",
                "-XX:+UseSerialGC",
                "-XX:+ExitOnOutOfMemoryError",
                FootprintMain.class.getName(),
                file.toString(),
                type,
                "" + count,
                "" + bytes)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("output").toFile());
    process
        .environment()
        .put(
            "CLASSPATH",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    Process running = process.start();
    int status;
    try {
      assertThat(running.waitFor(2, TimeUnit.MINUTES)).isTrue();
      status = running.exitValue();
    } finally {
      running.destroyForcibly();
    }
    if (status != 0) {
      System.getLogger(FootprintTest.class.getName())
          .log(
              System.Logger.Level.INFO,
              "Ended with {0}: {1}",
              status,
              Files.readString(folder.resolve("output")));
    }
    return status;
  }

  /** Nothing that packs well. */
  private static String words(int length) {
    Random random = new Random(1);
    StringBuilder words = new StringBuilder();
    while (words.length() < length) {
      words.append(Long.toString(random.nextLong() >>> 1, 36)).append(" word ");
    }
    return words.toString();
  }
}
