package ai.fileprocessing.files;

import ai.fileprocessing.files.detection.ContentTypes;
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

/**
 * Keeps bytes and rows in step: a row that no reader sees is there before the bytes come and until
 * after they have gone, so that whatever breaks off in between is found and swept.
 */
@ApplicationScoped
class FileStore implements Files {
  private static final System.Logger LOG = System.getLogger(FileStore.class.getName());

  private final FileBytes bytes;
  private final FileRows rows;
  private final UnfinishedRows unfinished;
  private final ContentTypes types;
  private final Ids ids;
  private final Clock clock;

  @Inject
  FileStore(
      FileBytes bytes,
      FileRows rows,
      UnfinishedRows unfinished,
      ContentTypes types,
      Ids ids,
      Clock clock) {
    this.bytes = bytes;
    this.rows = rows;
    this.unfinished = unfinished;
    this.types = types;
    this.ids = ids;
    this.clock = clock;
  }

  @Override
  public List<StoredFile> store(String userId, List<Upload> uploads) {
    List<StoredFile> begun = new ArrayList<>();
    try {
      for (Upload upload : uploads) {
        StoredFile file = described(userId, upload);
        begun.add(file);
        unfinished.begin(file);
        bytes.put(userId, file.fileId(), upload);
      }
      unfinished.finish(begun);
    } catch (RuntimeException e) {
      begun.forEach(file -> undo(file, e));
      throw e;
    }
    begun.forEach(
        file -> LOG.log(Level.INFO, "file_id={0} size={1} stored", file.fileId(), file.size()));
    return begun;
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
    boolean deleted = remove(userId, fileId);
    LOG.log(Level.INFO, "file_id={0} deleted", fileId);
    return deleted;
  }

  private boolean remove(String userId, String fileId) {
    boolean there = unfinished.withdraw(userId, fileId);
    bytes.delete(userId, fileId);
    unfinished.remove(userId, fileId);
    return there;
  }

  private StoredFile described(String userId, Upload upload) {
    String type = types.of(upload.content().file(), upload.filename());
    return new StoredFile(
        ids.next(),
        upload.filename(),
        type,
        types.contradicts(upload.contentType(), type) ? upload.contentType() : null,
        upload.content().size(),
        HexFormat.of().formatHex(upload.content().checksum()),
        userId,
        clock.instant().getEpochSecond());
  }

  private void undo(StoredFile file, RuntimeException cause) {
    try {
      remove(file.userId(), file.fileId());
    } catch (RuntimeException e) {
      cause.addSuppressed(e);
      LOG.log(
          Level.WARNING,
          "file_id={0} of a failed upload could not be removed; it is swept later",
          file.fileId());
    }
  }
}
