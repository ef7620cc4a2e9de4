package ai.fileprocessing.files;

import jakarta.annotation.PreDestroy;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * This process's own folder in {@code files.spool}, and the end of those whose process has died.
 *
 * <p>A folder {@code uploads-…} belongs to whoever holds the lock on the file {@code
 * uploads-….lock} beside it, which the operating system lets go of when that process ends, however
 * it does. The lock is there before the folder and goes after it, so that no folder is ever without
 * one.
 */
@ApplicationScoped
class SpoolFolder {
  private static final System.Logger LOG = System.getLogger(SpoolFolder.class.getName());
  private static final String PREFIX = "uploads-";
  private static final String LOCK = ".lock";

  private final Lock lock;
  private final Path folder;

  private record Lock(Path file, FileChannel held) {
    /** The folder that it stands for. */
    Path folder() {
      return folder(file);
    }

    static Path folder(Path file) {
      String name = file.getFileName().toString();
      return file.resolveSibling(name.substring(0, name.length() - LOCK.length()));
    }
  }

  /**
   * Clears what dead processes left, and takes a folder. Once in a process: looking at a lock of
   * its own may let go of it (FileLock, "Platform dependencies").
   */
  @Inject
  SpoolFolder(FilesSettings settings) {
    this(settings.spool());
  }

  SpoolFolder(Path spool) {
    try {
      clear(spool);
      lock = take(spool);
      folder = Files.createDirectory(lock.folder());
    } catch (IOException e) {
      throw new UncheckedIOException("files.spool cannot be used: " + spool, e);
    }
  }

  /** Early, so that the disk is free before the first upload. */
  void open(@Observes @Priority(1_000) Startup start) {
    LOG.log(Level.INFO, "Uploads wait in {0}", folder);
  }

  /** Where uploads wait. Made again if a cleaner of temporary files took it for forgotten. */
  Path path() throws IOException {
    return Files.createDirectories(folder);
  }

  @PreDestroy
  void close() {
    try {
      delete(folder);
      Files.deleteIfExists(lock.file());
      lock.held().close();
    } catch (IOException e) {
      LOG.log(Level.WARNING, "The spool could not be cleared; another process will clear it", e);
    }
  }

  /**
   * A process that clears just now may see the new file before it is locked, and remove it: then
   * the lock is on nothing, and another is taken, under another name.
   */
  private static Lock take(Path spool) throws IOException {
    while (true) {
      Path file = spool.resolve(PREFIX + UUID.randomUUID() + LOCK);
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      if (channel.tryLock() != null && Files.exists(file)) {
        return new Lock(file, channel);
      }
      channel.close();
    }
  }

  private static void clear(Path spool) throws IOException {
    try (DirectoryStream<Path> locks = Files.newDirectoryStream(spool, PREFIX + "*" + LOCK)) {
      for (Path file : locks) {
        clearIfDead(file);
      }
    }
  }

  private static void clearIfDead(Path file) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      if (channel.tryLock() != null) {
        delete(Lock.folder(file));
        Files.deleteIfExists(file);
        LOG.log(Level.INFO, "Cleared the uploads that another process left: {0}", file);
      }
    } catch (OverlappingFileLockException e) {
      // Held by this very JVM, so its owner lives.
    } catch (IOException e) {
      // Also when another process cleared it first.
      LOG.log(Level.INFO, "Left to others to clear: {0} ({1})", file, e.toString());
    }
  }

  /** With all that is in it; a link is removed and not followed. */
  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    List<Path> paths;
    try (Stream<Path> walk = Files.walk(folder)) {
      paths = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : paths) {
      Files.deleteIfExists(path);
    }
  }
}
