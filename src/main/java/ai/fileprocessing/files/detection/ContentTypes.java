package ai.fileprocessing.files.detection;

import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.mime.MediaType;
import org.apache.tika.mime.MediaTypeRegistry;
import org.apache.tika.mime.MimeTypes;

/**
 * Tells the media type of a file from its bytes, by Apache Tika's signatures. Of a file of any size
 * it reads the first 64 KB, and at most 2 MB more of one that holds others.
 */
@ApplicationScoped
public class ContentTypes {
  private static final System.Logger LOG = System.getLogger(ContentTypes.class.getName());

  private final MimeTypes known = MimeTypes.getDefaultMimeTypes();
  private final MediaTypeRegistry registry = known.getMediaTypeRegistry();
  private final TextTypes texts = new TextTypes(known);
  private final ZipContents zips = new ZipContents(known);
  private final DeclaredTypes declarations = new DeclaredTypes(registry);

  /** Early, so that no upload waits for the thousand signatures to be read. */
  void open(@Observes @Priority(1_000) Startup start) {
    LOG.log(Level.INFO, "{0} media types are known", registry.getTypes().size());
  }

  /**
   * What a file is.
   *
   * @param filename tells kinds of text apart that the bytes cannot, and is not asked for more
   * @return type and subtype without parameters; {@code application/octet-stream} for bytes that
   *     nobody knows, and for none
   */
  public String of(Path file, String filename) {
    try {
      byte[] start = start(file);
      MediaType told = known.detect(new ByteArrayInputStream(start), new Metadata());
      return publicName(refined(told, start, file, filename)).getBaseType().toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Whether a declared type says something else than the detected one. It does not where it says
   * nothing, the same by another name, or the same less exactly.
   *
   * @param declared with its parameters, which do not matter
   */
  public boolean contradicts(String declared, String detected) {
    return declarations.contradicts(declared, detected);
  }

  private MediaType refined(MediaType told, byte[] start, Path file, String filename)
      throws IOException {
    if (registry.isInstanceOf(told, MediaType.APPLICATION_ZIP)) {
      return zips.type(file).orElse(told);
    }
    if (registry.isInstanceOf(told, Ole2Contents.OLE2)) {
      return Ole2Contents.refined(told, file);
    }
    return texts.refined(told, start, filename);
  }

  /** Tika's working names are nobody else's. */
  private MediaType publicName(MediaType type) {
    if (type.equals(Ole2Contents.OLE2)) {
      return MediaType.application("x-ole-storage");
    }
    MediaType name = type;
    while (name.getSubtype().startsWith("x-tika-")) {
      name = Optional.ofNullable(registry.getSupertype(name)).orElse(MediaType.OCTET_STREAM);
    }
    return name;
  }

  private byte[] start(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(known.getMinLength());
    }
  }
}
