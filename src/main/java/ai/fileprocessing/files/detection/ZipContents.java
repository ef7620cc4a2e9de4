package ai.fileprocessing.files.detection;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.ZipEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.apache.tika.mime.MediaType;
import org.apache.tika.mime.MediaTypeRegistry;
import org.apache.tika.mime.MimeTypeException;
import org.apache.tika.mime.MimeTypes;

/**
 * What a zip archive is: a document of Office (ECMA-376 part 2, "Content Types Stream"), one of
 * OpenDocument or an e-book (both name themselves in an entry {@code mimetype}), a program of Java,
 * or an archive.
 */
final class ZipContents {
  /** Of the archive, in bytes: room for the list of some ten thousand entries. */
  private static final long MOST_READ = 1 << 20;

  /** Of one entry, unpacked, in bytes. */
  private static final int MOST_UNPACKED = 1 << 20;

  private static final int LONGEST_NAME = 256;
  private static final MediaType OOXML = MediaType.application("x-tika-ooxml");
  private static final MediaType JAR = MediaType.application("java-archive");

  private final MimeTypes known;
  private final MediaTypeRegistry registry;

  ZipContents(MimeTypes known) {
    this.known = known;
    registry = known.getMediaTypeRegistry();
  }

  /** Empty for an archive that is damaged, or that takes more than a look. */
  Optional<MediaType> type(Path file) {
    try (ZipFile zip =
        ZipFile.builder()
            .setSeekableByteChannel(new BoundedChannel(Files.newByteChannel(file), MOST_READ))
            .setIgnoreLocalFileHeader(true)
            .get()) {
      return Optional.of(type(zip));
    } catch (IOException | RuntimeException e) {
      // The library meets bytes of any kind, and not every surprise is an IOException.
      return Optional.empty();
    }
  }

  private MediaType type(ZipFile zip) throws IOException {
    Optional<MediaType> office = office(unpacked(zip, "[Content_Types].xml", MOST_UNPACKED));
    if (office.isPresent()) {
      return office.get();
    }
    Optional<MediaType> named = named(unpacked(zip, "mimetype", LONGEST_NAME));
    if (named.isPresent()) {
      return named.get();
    }
    return zip.getEntry("META-INF/MANIFEST.MF") == null ? MediaType.APPLICATION_ZIP : JAR;
  }

  private Optional<MediaType> office(byte[] contentTypes) {
    return MainPart.typeIn(new ByteArrayInputStream(contentTypes))
        .flatMap(this::registered)
        .filter(type -> registry.isSpecializationOf(type, OOXML));
  }

  /** Only what such an entry is for: no archive becomes a page by saying so. */
  private Optional<MediaType> named(byte[] mimetype) {
    return registered(new String(mimetype, StandardCharsets.US_ASCII).trim())
        .filter(type -> registry.isSpecializationOf(type, MediaType.APPLICATION_ZIP))
        .filter(type -> !registry.isInstanceOf(type, OOXML));
  }

  private Optional<MediaType> registered(String name) {
    try {
      return Optional.ofNullable(known.getRegisteredMimeType(name)).map(type -> type.getType());
    } catch (MimeTypeException e) {
      return Optional.empty();
    }
  }

  /** The first bytes of an entry, none where there is no such entry. */
  private static byte[] unpacked(ZipFile zip, String name, int most) throws IOException {
    ZipArchiveEntry entry = zip.getEntry(name);
    if (entry == null || !isPlain(zip, entry)) {
      return new byte[0];
    }
    try (InputStream in = zip.getInputStream(entry)) {
      return in.readNBytes(most);
    }
  }

  /** The two methods that documents use; the others take memory before the first byte. */
  private static boolean isPlain(ZipFile zip, ZipArchiveEntry entry) {
    boolean plain = entry.getMethod() == ZipEntry.STORED || entry.getMethod() == ZipEntry.DEFLATED;
    return plain && zip.canReadEntryData(entry);
  }
}
