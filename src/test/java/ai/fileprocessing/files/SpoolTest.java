package ai.fileprocessing.files;

import static ai.fileprocessing.platform.TestFloor.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpoolTest {
  private static final int LIMIT = 100_000;

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 8_192, LIMIT - 1, LIMIT})
  void whatIsWithinTheLimitIsKeptWholeWithItsSizeAndChecksum(int size) throws Exception {
    byte[] bytes = random(size);
    try (Spool spool = Spool.of(new ByteArrayInputStream(bytes), folder, LIMIT)) {
      assertThat(spool.file()).hasBinaryContent(bytes).hasParent(folder);
      assertThat(spool.size()).isEqualTo(size);
      assertThat(spool.checksum()).isEqualTo(MessageDigest.getInstance("SHA-256").digest(bytes));
    }
    assertThat(folder).isEmptyDirectory();
  }

  @ParameterizedTest
  @ValueSource(ints = {LIMIT + 1, 2 * LIMIT})
  void aByteOverTheLimitIsRefusedAndNothingStays(int size) {
    assertProblem(
        () -> Spool.of(new ByteArrayInputStream(random(size)), folder, LIMIT),
        413,
        "UPLOAD_TOO_LARGE");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aStreamWithoutEndIsReadNoFurtherThanTheLimit() {
    long[] read = new long[1];
    InputStream endless =
        new InputStream() {
          @Override
          public int read() {
            read[0]++;
            return 'x';
          }
        };

    assertProblem(() -> Spool.of(endless, folder, LIMIT), 413, "UPLOAD_TOO_LARGE");
    assertThat(read[0]).isLessThan(LIMIT + 100_000L);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void singleBytesCountAsWell() throws Exception {
    try (Spool spool =
        Spool.of(
            out -> {
              out.write('a');
              out.write(0xff);
            },
            folder,
            2)) {
      assertThat(spool.file()).hasBinaryContent(new byte[] {'a', (byte) 0xff});
    }
    assertProblem(
        () ->
            Spool.of(
                out -> {
                  out.write('a');
                  out.write('b');
                },
                folder,
                1),
        413,
        "UPLOAD_TOO_LARGE");
  }

  @Test
  void aStreamThatBreaksLeavesNothing() {
    InputStream broken =
        new SequenceInputStream(
            new ByteArrayInputStream(random(50_000)),
            new InputStream() {
              @Override
              public int read() throws EOFException {
                throw new EOFException("cut");
              }
            });

    assertThatThrownBy(() -> Spool.of(broken, folder, LIMIT)).isInstanceOf(EOFException.class);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aSourceThatFailsInWhateverWayLeavesNothing() {
    assertThatThrownBy(
            () ->
                Spool.of(
                    out -> {
                      out.write(1);
                      throw new StackOverflowError();
                    },
                    folder,
                    LIMIT))
        .isInstanceOf(StackOverflowError.class);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aFolderThatIsGoneIsNoFaultOfTheClient() {
    assertThatThrownBy(
            () -> Spool.of(InputStream.nullInputStream(), folder.resolve("absent"), LIMIT))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void closingTwiceIsClosingOnce() throws Exception {
    Spool spool = Spool.of(InputStream.nullInputStream(), folder, LIMIT);
    spool.close();
    spool.close();

    assertThat(Files.exists(spool.file())).isFalse();
  }

  @Test
  void nobodyCanChangeAChecksum() throws Exception {
    try (Spool spool = Spool.of(InputStream.nullInputStream(), folder, LIMIT)) {
      byte[] before = spool.checksum();
      spool.checksum()[0]++;

      assertThat(spool.checksum()).isEqualTo(before);
    }
  }

  private static byte[] random(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }
}
