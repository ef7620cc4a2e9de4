package ai.fileprocessing.files;

import ai.fileprocessing.files.detection.ContentTypes;
import ai.fileprocessing.local.StandIns;
import ai.fileprocessing.platform.Ids;
import ai.fileprocessing.platform.TestFloor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;

/** The files room over the stand-ins, for its own tests and those of other rooms. */
public final class TestFiles {
  private TestFiles() {}

  /** The room as it is in production. */
  public static Files over(Clock clock) {
    return new FileStore(bytes(clock), rows(), unfinished(), new ContentTypes(), new Ids(), clock);
  }

  /** Stores one file. */
  public static StoredFile store(Files files, String userId, String name, String text) {
    try (Upload upload = upload(name, text)) {
      return files.store(userId, List.of(upload)).get(0);
    }
  }

  static Upload upload(String name, String text) {
    return upload(name, "text/plain", text);
  }

  static Upload upload(String name, String contentType, String text) {
    try {
      return new Upload(
          name,
          contentType,
          Spool.of(
              new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)),
              Path.of(System.getProperty("java.io.tmpdir")),
              1 << 20));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static FileBytes bytes(Clock clock) {
    return new FileBytes(StandIns.shared().s3(), settings(), TestFloor.links(clock));
  }

  static FileRows rows() {
    return new FileRows(StandIns.shared().dynamodb(), settings());
  }

  static UnfinishedRows unfinished() {
    return new UnfinishedRows(StandIns.shared().dynamodb(), settings());
  }

  static Sweep sweep(Clock clock) {
    return new Sweep(bytes(clock), unfinished(), settings(), clock);
  }

  static FilesSettings settings() {
    return FilesSettings.from(TestFloor.settings(Map.of()));
  }
}
