package ai.fileprocessing.local;

import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** Reads the documents and images of one request, and refuses what Bedrock refuses of them. */
final class MediaReader {
  private static final List<String> DOCUMENT_FORMATS =
      List.of("pdf", "csv", "doc", "docx", "xls", "xlsx", "html", "txt", "md");
  private static final List<String> IMAGE_FORMATS = List.of("png", "jpeg", "gif", "webp");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9 ()\\[\\]-]+");
  private static final String REFUSED = "The model returned the following errors: ";

  private final ConverseLimits limits;
  private final Set<String> names = new HashSet<>();
  private int images;
  private int pdfPages;

  MediaReader(ConverseLimits limits) {
    this.limits = limits;
  }

  SentBlock document(JsonNode block, String where) {
    String format = Rules.oneOf(block, "format", DOCUMENT_FORMATS, where);
    String name = block.path("name").asString("");
    requireName(name, where);
    byte[] bytes = bytes(block, where);
    if (bytes.length > limits.documentBytes(format)) {
      throw RefusedException.invalid(
          "The document at %s exceeds the maximum document size of 4.5 MB. Reduce its size and retry your request."
              .formatted(where));
    }
    DocumentReader.Content content = read(format, bytes, where);
    if (format.equals("pdf")) {
      pdfPages += content.parts();
      if (pdfPages > limits.pdfPages()) {
        throw RefusedException.invalid(
            REFUSED
                + where
                + ".pdf.source.base64.data: A maximum of %d PDF pages may be provided."
                    .formatted(limits.pdfPages()));
      }
    }
    String parts =
        content.parts() == 0 ? "" : content.parts() + (format.equals("pdf") ? " pages" : " sheets");
    return new SentBlock.Document(
        name, format, bytes.length, Digests.sha256(bytes), parts, content.text());
  }

  SentBlock image(JsonNode block, String where) {
    String format = Rules.oneOf(block, "format", IMAGE_FORMATS, where);
    if (++images > ConverseLimits.IMAGES) {
      throw RefusedException.invalid(
          "You can't include more than %d images in a request.".formatted(ConverseLimits.IMAGES));
    }
    byte[] bytes = bytes(block, where);
    String at = REFUSED + where + ".image.source.base64.data: ";
    if (bytes.length > ConverseLimits.IMAGE_BYTES) {
      throw RefusedException.invalid(
          at
              + "image exceeds the maximum: %d bytes > %d bytes"
                  .formatted(bytes.length, ConverseLimits.IMAGE_BYTES));
    }
    ImageReader.Size size =
        ImageReader.read(bytes)
            .orElseThrow(() -> RefusedException.invalid(at + "Could not process image"));
    if (!size.type().equals("image/" + format)) {
      throw RefusedException.invalid(
          at + "Image does not match the provided media type image/" + format);
    }
    if (Math.max(size.width(), size.height()) > ConverseLimits.IMAGE_PIXELS) {
      throw RefusedException.invalid(
          at
              + "At least one of the image dimensions exceed max allowed size: %d pixels"
                  .formatted(ConverseLimits.IMAGE_PIXELS));
    }
    return new SentBlock.Image(
        format, size.width(), size.height(), bytes.length, Digests.sha256(bytes));
  }

  private void requireName(String name, String where) {
    if (name.isEmpty() || name.length() > ConverseLimits.DOCUMENT_NAME) {
      throw Rules.constraint(
          name,
          where + ".document.name",
          "Member must have length between 1 and " + ConverseLimits.DOCUMENT_NAME);
    }
    if (!NAME.matcher(name).matches() || name.contains("  ")) {
      throw RefusedException.invalid(
          "The document file name can only contain alphanumeric characters, whitespace characters, hyphens, parentheses, and square brackets. The name can't contain more than one consecutive whitespace character. Check that the file name conforms to these restrictions and retry your request.");
    }
    if (!names.add(name)) {
      throw RefusedException.invalid(
          "Messages can't contain duplicate document names. Rename the document and retry your request.");
    }
    if (names.size() > ConverseLimits.DOCUMENTS) {
      throw RefusedException.invalid(
          "You can't include more than %d documents in a request."
              .formatted(ConverseLimits.DOCUMENTS));
    }
  }

  private static byte[] bytes(JsonNode block, String where) {
    JsonNode source = block.path("source");
    Rules.requireOneKind(source, where + ".source");
    if (!source.has("bytes")) {
      throw RefusedException.invalid(
          "The stand-in reads bytes only, and there are none at %s.source.".formatted(where));
    }
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(source.path("bytes").asString(""));
    } catch (IllegalArgumentException e) {
      throw RefusedException.invalid("The bytes at " + where + ".source are no base64.");
    }
    if (bytes.length == 0) {
      throw Rules.constraint(
          "", where + ".source.bytes", "Member must have length greater than or equal to 1");
    }
    return bytes;
  }

  private static DocumentReader.Content read(String format, byte[] bytes, String where) {
    try {
      return DocumentReader.read(format, bytes);
    } catch (DocumentReader.UnreadableException e) {
      String kind = format.equals("pdf") ? "PDF" : format + " document";
      throw RefusedException.invalid(
          "%s%s.%s.source.base64.data: The %s specified %s"
              .formatted(
                  REFUSED,
                  where,
                  format,
                  kind,
                  e.isEncrypted() ? "is password protected." : "was not valid."));
    }
  }
}
