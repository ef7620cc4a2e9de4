package ai.fileprocessing.files;

import ai.fileprocessing.platform.Problem;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What an upload is called and what type it claims, by the rules of each request form. */
final class UploadNames {
  static final String UNNAMED = "unnamed-file";
  private static final int LONGEST_NAME = 1024;
  private static final Pattern EXTENDED =
      Pattern.compile("(?i)(?:^|;)\\s*filename\\*\\s*=\\s*UTF-8'[^']*'([^;\\s]+)");

  /** Possessive, because a greedy one would take a stack frame for every character. */
  private static final Pattern QUOTED =
      Pattern.compile("(?i)(?:^|;)\\s*filename\\s*=\\s*\"((?:[^\"\\\\]|\\\\.)*+)\"");

  private static final Pattern TOKEN =
      Pattern.compile("(?i)(?:^|;)\\s*filename\\s*=\\s*([^\";\\s]+)");

  private UploadNames() {}

  /**
   * The name of a raw upload: the {@code filename} header, else {@code Content-Disposition}, else
   * {@link #UNNAMED}.
   */
  static String ofRaw(HttpHeaders headers) {
    String plain = headers.getHeaderString("filename");
    if (plain != null && !plain.isBlank()) {
      return checked(utf8(plain), "filename");
    }
    String disposition = headers.getHeaderString(HttpHeaders.CONTENT_DISPOSITION);
    return disposition == null
        ? UNNAMED
        : checked(ofDisposition(utf8(disposition)), HttpHeaders.CONTENT_DISPOSITION);
  }

  /** RFC 6266: the extended form first, then the quoted one, then the bare token. */
  private static String ofDisposition(String disposition) {
    Matcher extended = EXTENDED.matcher(disposition);
    if (extended.find()) {
      try {
        // The form of RFC 8187 has no plus sign for a blank.
        return URLDecoder.decode(extended.group(1).replace("+", "%2B"), StandardCharsets.UTF_8);
      } catch (IllegalArgumentException e) {
        throw Problem.field(
            422,
            "FILENAME_INVALID",
            "Content-Disposition",
            "filename* is not percent-encoded as RFC 8187 says.");
      }
    }
    Matcher quoted = QUOTED.matcher(disposition);
    if (quoted.find()) {
      return quoted.group(1).replaceAll("\\\\(.)", "$1");
    }
    Matcher token = TOKEN.matcher(disposition);
    return token.find() ? token.group(1) : UNNAMED;
  }

  /**
   * A name as it may be kept.
   *
   * @param pointer what to call its place in the request when it is refused
   */
  static String checked(String name, String pointer) {
    if (name.isBlank()) {
      return UNNAMED;
    }
    if (name.length() > LONGEST_NAME) {
      throw Problem.field(
          422,
          "FILENAME_INVALID",
          pointer,
          "The file name is longer than " + LONGEST_NAME + " characters.");
    }
    return name;
  }

  /**
   * A media type as it may be kept: well-formed, or {@code application/octet-stream} where none was
   * sent.
   */
  static String type(String contentType, String pointer) {
    if (contentType == null || contentType.isBlank()) {
      return MediaType.APPLICATION_OCTET_STREAM;
    }
    if (!contentType.matches("[\\w!#$&^.+-]{1,64}/[\\w!#$&^.+-]{1,64}([ \\t]*;[ -~]{1,128})?")) {
      throw Problem.field(
          422,
          "CONTENT_TYPE_INVALID",
          pointer,
          "The content type is not a media type such as text/plain.");
    }
    return contentType;
  }

  /**
   * Servers read header bytes as Latin-1; clients send UTF-8. What is not UTF-8 stays as it was
   * read.
   */
  private static String utf8(String header) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(header.getBytes(StandardCharsets.ISO_8859_1)))
          .toString();
    } catch (CharacterCodingException e) {
      return header;
    }
  }
}
