package ai.fileprocessing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A file of the corpus, as the table in the corpus' README tells of it.
 *
 * @param format what its bytes are, whatever its name says
 * @param reference stands in its text; empty where the file has none that could be read
 * @param expected what the service does with it, {@code refused: } with the reason behind it
 * @param awkward empty for an ordinary file
 */
public record CorpusFile(
    String name,
    String format,
    long size,
    Optional<String> reference,
    String expected,
    String made,
    Optional<String> awkward) {
  public static final Path FOLDER =
      Path.of(System.getProperty("basedir", "")).resolve("src/test/resources/corpus");

  private static final String HEAD =
      "| File | Format | Bytes | Reference | Expected | What it is | Made with | Awkward |";
  private static final String NONE = "–";

  /** The whole table, in its order. */
  public static List<CorpusFile> all() {
    try {
      List<String> lines =
          Files.readAllLines(FOLDER.resolve("README.md")).stream()
              .dropWhile(line -> !line.equals(HEAD))
              .toList();
      assertThat(lines).as("The corpus' README has its table").hasSizeGreaterThan(2);
      return lines.stream().skip(2).map(CorpusFile::of).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The file of this name. */
  public static CorpusFile named(String name) {
    return all().stream().filter(file -> file.name().equals(name)).findFirst().orElseThrow();
  }

  public Path path() {
    return FOLDER.resolve(name);
  }

  public byte[] bytes() {
    try {
      return Files.readAllBytes(path());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static CorpusFile of(String line) {
    List<String> cells = Arrays.stream(line.split("\\|")).skip(1).map(String::strip).toList();
    assertThat(cells).as(line).hasSize(8).doesNotContain("");
    return new CorpusFile(
        cells.get(0),
        cells.get(1),
        Long.parseLong(cells.get(2)),
        told(cells.get(3)),
        cells.get(4),
        cells.get(6),
        told(cells.get(7)));
  }

  private static Optional<String> told(String cell) {
    return Optional.of(cell).filter(it -> !it.equals(NONE));
  }
}
