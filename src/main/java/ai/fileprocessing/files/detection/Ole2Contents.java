package ai.fileprocessing.files.detection;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.apache.tika.mime.MediaType;

/** What an OLE2 file is, by the names in its root, as the programs that write such files choose. */
final class Ole2Contents {
  static final MediaType OLE2 = MediaType.application("x-tika-msoffice");

  private record Kind(String name, MediaType type) {
    static Kind of(String name, String subtype) {
      return new Kind(name, MediaType.application(subtype));
    }
  }

  /** The first that is there counts: a password hides which kind of document it is. */
  private static final List<Kind> KINDS =
      List.of(
          Kind.of("encryptedpackage", "encrypted"),
          Kind.of("workbook", "vnd.ms-excel"),
          Kind.of("book", "vnd.ms-excel"),
          Kind.of("worddocument", "msword"),
          Kind.of("powerpoint document", "vnd.ms-powerpoint"),
          Kind.of("visiodocument", "vnd.visio"),
          Kind.of("__properties_version1.0", "vnd.ms-outlook"));

  private Ole2Contents() {}

  /**
   * A better type than the signatures told, which look for the same names anywhere near the start
   * and also find those of what is embedded.
   */
  static MediaType refined(MediaType told, Path file) {
    boolean guessed = KINDS.stream().anyMatch(kind -> kind.type().equals(told));
    Set<String> names = rootNames(file);
    return KINDS.stream()
        .filter(kind -> names.contains(kind.name()))
        .map(Kind::type)
        .findFirst()
        .orElse(guessed ? OLE2 : told);
  }

  /** None of a file that is damaged. */
  private static Set<String> rootNames(Path file) {
    try (SeekableByteChannel channel = Files.newByteChannel(file)) {
      return Ole2Directory.rootOf(channel);
    } catch (IOException e) {
      return Set.of();
    }
  }
}
