package ai.fileprocessing.files;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.time.Clock;

/**
 * Removes what uploads and removals left behind that never came to their end. Any number of
 * processes may sweep at once, and be killed at any point: each step can be taken again.
 */
@ApplicationScoped
class Sweep {
  private static final System.Logger LOG = System.getLogger(Sweep.class.getName());

  private final FileBytes bytes;
  private final UnfinishedRows rows;
  private final FilesSettings settings;
  private final Clock clock;

  @Inject
  Sweep(FileBytes bytes, UnfinishedRows rows, FilesSettings settings, Clock clock) {
    this.bytes = bytes;
    this.rows = rows;
    this.settings = settings;
    this.clock = clock;
  }

  /** Sweeps once, until nothing is left or the thread is interrupted. */
  void run() {
    rows.overdue(clock.instant().minus(settings.unfinished()).getEpochSecond())
        .takeWhile(row -> !Thread.currentThread().isInterrupted())
        .forEach(this::remove);
  }

  /** One that cannot be removed does not keep the others. */
  private void remove(UnfinishedRows.Overdue row) {
    try {
      if (rows.withdraw(row)) {
        bytes.delete(row.userId(), row.fileId());
        rows.remove(row.userId(), row.fileId());
        LOG.log(Level.INFO, "file_id={0} was never finished; swept", row.fileId());
      }
    } catch (RuntimeException e) {
      LOG.log(
          Level.WARNING,
          "file_id=" + row.fileId() + " could not be swept; it is tried again at the next sweep",
          e);
    }
  }
}
