package ai.fileprocessing.files;

import ai.fileprocessing.platform.DownloadLink;
import ai.fileprocessing.platform.Ids;
import ai.fileprocessing.platform.Page;
import ai.fileprocessing.platform.Paging;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Keeps bytes and rows in step. */
@ApplicationScoped
class FileStore implements Files {
  private static final System.Logger LOG = System.getLogger(FileStore.class.getName());

  private final FileBytes bytes;
  private final FileRows rows;
  private final Ids ids;
  private final Clock clock;

  @Inject
  FileStore(FileBytes bytes, FileRows rows, Ids ids, Clock clock) {
    this.bytes = bytes;
    this.rows = rows;
    this.ids = ids;
    this.clock = clock;
  }

  @Override
  public List<StoredFile> store(String userId, List<Upload> uploads) {
    List<StoredFile> stored = new ArrayList<>();
    try {
      for (Upload upload : uploads) {
        StoredFile file = described(userId, upload);
        stored.add(file);
        bytes.put(userId, file.fileId(), upload);
        rows.put(file);
        LOG.log(Level.INFO, "file_id={0} size={1} stored", file.fileId(), file.size());
      }
      return stored;
    } catch (RuntimeException e) {
      stored.forEach(file -> undo(file, e));
      throw e;
    }
  }

  @Override
  public Optional<StoredFile> find(String userId, String fileId) {
    return Ids.isOne(fileId) ? rows.find(userId, fileId) : Optional.empty();
  }

  @Override
  public Map<String, StoredFile> findAll(String userId, List<String> fileIds) {
    return rows.findAll(userId, fileIds.stream().filter(Ids::isOne).distinct().toList());
  }

  @Override
  public Page<StoredFile> list(String userId, Paging paging) {
    return rows.list(userId, paging);
  }

  @Override
  public Optional<InputStream> open(String userId, String fileId) {
    return bytes.open(userId, fileId);
  }

  @Override
  public DownloadLink link(StoredFile file) {
    return bytes.link(file);
  }

  @Override
  public boolean delete(String userId, String fileId) {
    if (find(userId, fileId).isEmpty()) {
      return false;
    }
    bytes.delete(userId, fileId);
    boolean deleted = rows.delete(userId, fileId);
    LOG.log(Level.INFO, "file_id={0} deleted", fileId);
    return deleted;
  }

  private StoredFile described(String userId, Upload upload) {
    return new StoredFile(
        ids.next(),
        upload.filename(),
        upload.contentType(),
        upload.content().size(),
        HexFormat.of().formatHex(upload.content().checksum()),
        userId,
        clock.instant().getEpochSecond());
  }

  private void undo(StoredFile file, RuntimeException cause) {
    try {
      bytes.delete(file.userId(), file.fileId());
      rows.delete(file.userId(), file.fileId());
    } catch (RuntimeException e) {
      cause.addSuppressed(e);
      LOG.log(
          Level.WARNING,
          "file_id={0} of a failed upload could not be removed and may be listed; its owner can delete it",
          file.fileId());
    }
  }
}
