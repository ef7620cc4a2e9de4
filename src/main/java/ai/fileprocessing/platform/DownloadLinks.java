package ai.fileprocessing.platform;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/**
 * Makes presigned URLs under which a client fetches an object straight from the store, always as an
 * attachment.
 */
@ApplicationScoped
public class DownloadLinks {
  /** How long a link may work: at most seven days (Amazon S3 User Guide, "Presigned URLs"). */
  public static final SettingType<Duration> LIFETIME =
      SettingType.duration(Duration.ofSeconds(1), Duration.ofDays(7));

  /**
   * Longest name in the header: a presigned URL holds it percent-encoded and must stay well under 8
   * KB.
   */
  private static final int NAME_LIMIT = 150;

  private final S3Presigner presigner;
  private final Clock clock;

  @Inject
  DownloadLinks(S3Presigner presigner, Clock clock) {
    this.presigner = presigner;
    this.clock = clock;
  }

  /**
   * A link to one object. Nothing is sent to the store: the URL is a signature.
   *
   * @param lifetime one that {@link #LIFETIME} allows
   */
  public DownloadLink link(
      String bucket, String key, String filename, String contentType, Duration lifetime) {
    String url =
        presigner
            .presignGetObject(
                sign ->
                    sign.signatureDuration(lifetime)
                        .getObjectRequest(
                            get ->
                                get.bucket(bucket)
                                    .key(key)
                                    .responseContentDisposition(attachment(filename))
                                    .responseContentType(contentType)))
            .url()
            .toExternalForm();
    return new DownloadLink(
        url, filename, contentType, clock.instant().plus(lifetime).getEpochSecond());
  }

  /** RFC 6266: a plain name for old clients and the real one, percent-encoded (RFC 8187). */
  static String attachment(String filename) {
    String name =
        filename
            .codePoints()
            .limit(NAME_LIMIT)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();
    String plain = name.replaceAll("[^A-Za-z0-9._ -]", "_");
    StringBuilder encoded = new StringBuilder();
    for (byte octet : name.getBytes(java.nio.charset.StandardCharsets.UTF_8)) {
      char c = (char) (octet & 0xff);
      boolean unreserved = c < 128 && (Character.isLetterOrDigit(c) || "-._~".indexOf(c) >= 0);
      encoded.append(
          unreserved ? String.valueOf(c) : String.format(Locale.ROOT, "%%%02X", (int) c));
    }
    return "attachment; filename=\"" + plain + "\"; filename*=UTF-8''" + encoded;
  }
}
