package ai.fileprocessing.files;

import ai.fileprocessing.platform.DownloadLink;
import ai.fileprocessing.platform.DownloadLinks;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.InputStream;
import java.util.Base64;
import java.util.Optional;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

/**
 * The bytes of files, as objects in the input bucket under keys made of owner and file id alone.
 */
@ApplicationScoped
class FileBytes {
  private final S3Client s3;
  private final FilesSettings settings;
  private final DownloadLinks links;

  @Inject
  FileBytes(S3Client s3, FilesSettings settings, DownloadLinks links) {
    this.s3 = s3;
    this.settings = settings;
    this.links = links;
  }

  /**
   * Writes an object; S3 itself compares the checksum with what arrived. The content type stays in
   * the row and travels with each download link.
   */
  void put(String userId, String fileId, Upload upload) {
    Spool content = upload.content();
    s3.putObject(
        put ->
            put.bucket(settings.bucket())
                .key(key(userId, fileId))
                .checksumSHA256(Base64.getEncoder().encodeToString(content.checksum())),
        RequestBody.fromFile(content.file()));
  }

  Optional<InputStream> open(String userId, String fileId) {
    try {
      return Optional.of(
          s3.getObject(get -> get.bucket(settings.bucket()).key(key(userId, fileId))));
    } catch (NoSuchKeyException e) {
      return Optional.empty();
    }
  }

  DownloadLink link(StoredFile file) {
    return links.link(
        settings.bucket(),
        key(file.userId(), file.fileId()),
        file.filename(),
        file.contentType(),
        settings.linkLifetime());
  }

  /** Removes an object; removing what is not there is no error in S3. */
  void delete(String userId, String fileId) {
    s3.deleteObject(delete -> delete.bucket(settings.bucket()).key(key(userId, fileId)));
  }

  private static String key(String userId, String fileId) {
    return "files/" + userId + "/" + fileId;
  }
}
