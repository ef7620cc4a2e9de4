package ai.fileprocessing.files;

import ai.fileprocessing.platform.Meter;
import ai.fileprocessing.platform.Meters;
import jakarta.annotation.Priority;
import jakarta.decorator.Decorator;
import jakarta.decorator.Delegate;
import jakarta.inject.Inject;
import jakarta.interceptor.Interceptor;
import java.util.List;

/** Measures what is uploaded. */
@Decorator
@Priority(Interceptor.Priority.APPLICATION)
abstract class MeasureUploads implements Files {
  private static final Meter STORED = Meter.of("files_stored", "Files that were stored.");

  private static final Meter BYTES =
      Meter.of("upload_bytes", "Bytes of the files that were stored.");

  private final Files files;
  private final Meters meters;

  @Inject
  MeasureUploads(@Delegate Files files, Meters meters) {
    this.files = files;
    this.meters = meters;
  }

  @Override
  public List<StoredFile> store(String userId, List<Upload> uploads) {
    List<StoredFile> stored = files.store(userId, uploads);
    meters.count(STORED, stored.size());
    meters.count(BYTES, stored.stream().mapToLong(StoredFile::size).sum());
    return stored;
  }
}
