package ai.fileprocessing.files.detection;

import java.util.Map;
import java.util.Set;
import org.apache.tika.mime.MediaType;
import org.apache.tika.mime.MediaTypeRegistry;

/** Compares what a client calls its bytes with what they are. */
final class DeclaredTypes {
  /** What clients send who do not know: also curl's own for any body. */
  private static final Set<String> SAY_NOTHING =
      Set.of(
          "application/octet-stream", "binary/octet-stream", "application/x-www-form-urlencoded");

  /** In use, and not among Tika's aliases. */
  private static final Map<String, String> ALIASES =
      Map.of(
          "image/jpg", "image/jpeg",
          "image/pjpeg", "image/jpeg",
          "text/json", "application/json",
          "application/csv", "text/csv");

  private final MediaTypeRegistry registry;

  DeclaredTypes(MediaTypeRegistry registry) {
    this.registry = registry;
  }

  boolean contradicts(String declared, String detected) {
    MediaType given = MediaType.parse(declared);
    if (given == null) {
      return true;
    }
    String name = given.getBaseType().toString();
    MediaType said = registry.normalize(MediaType.parse(ALIASES.getOrDefault(name, name)));
    MediaType is = registry.normalize(MediaType.parse(detected));
    return !SAY_NOTHING.contains(name) && !registry.isInstanceOf(is, said);
  }
}
