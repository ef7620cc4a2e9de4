package ai.fileprocessing.files;

import ai.fileprocessing.platform.DownloadLink;
import ai.fileprocessing.platform.Page;
import ai.fileprocessing.platform.Paging;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The files of the callers. A file of somebody else is, to every call here, a file that does not
 * exist.
 */
public interface Files {
  /**
   * Stores files, all or none: each gets a new id, and none is to be seen before its bytes are
   * complete.
   *
   * @param uploads at most 100
   * @return the files as stored, in the same order
   */
  List<StoredFile> store(String userId, List<Upload> uploads);

  /** A file's metadata. */
  Optional<StoredFile> find(String userId, String fileId);

  /** The metadata of many files by id; ids that are not the caller's are left out. */
  Map<String, StoredFile> findAll(String userId, List<String> fileIds);

  /** A caller's files, newest first. */
  Page<StoredFile> list(String userId, Paging paging);

  /**
   * A file's bytes, for the caller to close.
   *
   * @return empty when the file was deleted
   */
  Optional<InputStream> open(String userId, String fileId);

  /** Where the caller can fetch the original bytes. */
  DownloadLink link(StoredFile file);

  /** Removes a file. Whether it was there. */
  boolean delete(String userId, String fileId);
}
