package ai.fileprocessing.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fileprocessing.files.detection.ContentTypes;
import ai.fileprocessing.local.StandIns;
import ai.fileprocessing.platform.Ids;
import ai.fileprocessing.platform.Paging;
import ai.fileprocessing.platform.TestFloor;
import ai.fileprocessing.platform.TickingClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.s3.S3Client;

/** What is left of uploads and removals that never came to their end. */
class SweepTest {
  private static final Duration DAY = Duration.ofHours(24);

  private final S3Client s3 = StandIns.shared().s3();
  private final DynamoDbClient dynamodb = StandIns.shared().dynamodb();
  private final TickingClock clock = new TickingClock(1_700_000_000);
  private final Files files = TestFiles.over(clock);
  private final Sweep sweep = TestFiles.sweep(clock);
  private final String alice = TestFloor.user();

  /** Where a process may end. An error is not undone, as a kill is not. */
  enum Point {
    ROW_BEGUN,
    BYTES_THERE,
    WITHDRAWN,
    BYTES_GONE
  }

  @ParameterizedTest
  @EnumSource(names = {"ROW_BEGUN", "BYTES_THERE"})
  void ofAnUploadThatIsKilledNothingIsSeenAndAfterTheSweepNothingIsLeft(Point point) {
    assertThatThrownBy(() -> stored(killedAt(point), "a", "b", "c")).isInstanceOf(Killed.class);
    assertThat(listed()).isEmpty();
    assertThat(rows()).isPositive();

    clock.tick(DAY.plusSeconds(1));
    sweep.run();

    assertThat(rows()).isZero();
    assertThat(objects()).isZero();
  }

  @ParameterizedTest
  @EnumSource(names = {"WITHDRAWN", "BYTES_GONE"})
  void ofARemovalThatIsKilledNothingIsSeenAndTheNextSweepEndsIt(Point point) {
    StoredFile file = stored(files, "a").get(0);
    assertThatThrownBy(() -> killedAt(point).delete(alice, file.fileId()))
        .isInstanceOf(Killed.class);
    assertThat(listed()).isEmpty();
    assertThat(files.find(alice, file.fileId())).isEmpty();

    sweep.run();

    assertThat(rows()).isZero();
    assertThat(objects()).isZero();
  }

  @ParameterizedTest
  @EnumSource(names = {"WITHDRAWN", "BYTES_GONE"})
  void aSweepThatIsKilledIsEndedByTheNext(Point point) {
    abandoned();
    clock.tick(DAY.plusSeconds(1));
    Sweep killed = new Sweep(killedBytes(point), killedRows(point), TestFiles.settings(), clock);

    assertThatThrownBy(killed::run).isInstanceOf(Killed.class);
    sweep.run();

    assertThat(rows()).isZero();
    assertThat(objects()).isZero();
  }

  @Test
  void anUploadThatIsStillUnderWayIsNotSwept() {
    Files slow =
        during(
            () -> {
              clock.tick(DAY.minusSeconds(1));
              sweep.run();
            });

    StoredFile file = stored(slow, "a").get(0);

    assertThat(files.find(alice, file.fileId())).contains(file);
    assertThat(objects()).isOne();
  }

  @Test
  void anUploadThatEndsAfterItWasSweptFailsAndLeavesNothing() {
    Files late =
        during(
            () -> {
              clock.tick(DAY.plusSeconds(1));
              sweep.run();
            });

    assertThatThrownBy(() -> stored(late, "a", "b"))
        .isInstanceOf(RuntimeException.class)
        .hasNoSuppressedExceptions();
    assertThat(rows()).isZero();
    assertThat(objects()).isZero();
  }

  @Test
  void ofAFormOfWhichOneFileWasSweptNoneIsSeen() {
    List<Runnable> once =
        new ArrayList<>(
            List.of(
                () -> {
                  clock.tick(DAY.plusSeconds(1));
                  sweep.run();
                }));
    Files late =
        during(
            () -> {
              if (!once.isEmpty()) {
                once.remove(0).run();
              }
            });

    assertThatThrownBy(() -> stored(late, "a", "b")).isInstanceOf(RuntimeException.class);
    assertThat(listed()).isEmpty();
    assertThat(rows()).isZero();
    assertThat(objects()).isZero();
  }

  @Test
  void anUploadThatEndsWhileItIsAboutToBeSweptStays() {
    StoredFile file = abandoned();
    clock.tick(DAY.plusSeconds(1));
    UnfinishedRows overtaken =
        new UnfinishedRows(dynamodb, TestFiles.settings()) {
          @Override
          boolean withdraw(Overdue row) {
            finish(List.of(file));
            return super.withdraw(row);
          }
        };

    new Sweep(TestFiles.bytes(clock), overtaken, TestFiles.settings(), clock).run();

    assertThat(files.find(alice, file.fileId())).contains(file);
    assertThat(files.open(alice, file.fileId())).isPresent();
  }

  @Test
  void whatCannotBeRemovedKeepsNothingElseAndIsTriedAgain() {
    String stuck = abandoned().fileId();
    for (int i = 0; i < 20; i++) {
      abandoned();
    }
    clock.tick(DAY.plusSeconds(1));
    FileBytes failing =
        new FileBytes(s3, TestFiles.settings(), TestFloor.links(clock)) {
          @Override
          void delete(String userId, String fileId) {
            if (fileId.equals(stuck)) {
              throw new IllegalStateException("no delete");
            }
            super.delete(userId, fileId);
          }
        };

    new Sweep(failing, TestFiles.unfinished(), TestFiles.settings(), clock).run();
    assertThat(rows()).isOne();
    assertThat(objects()).isOne();

    sweep.run();
    assertThat(rows()).isZero();
    assertThat(objects()).isZero();
  }

  @Test
  void anyNumberOfProcessesSweepAtOnce() throws Exception {
    StoredFile kept = stored(files, "kept").get(0);
    for (int i = 0; i < 40; i++) {
      abandoned();
    }
    clock.tick(DAY.plusSeconds(1));

    ExecutorService processes = Executors.newFixedThreadPool(4);
    try {
      Callable<Object> one = Executors.callable(() -> TestFiles.sweep(clock).run());
      for (Future<Object> ended : processes.invokeAll(List.of(one, one, one, one))) {
        ended.get();
      }
    } finally {
      processes.shutdownNow();
    }

    assertThat(listed()).containsExactly(kept);
    assertThat(rows()).isOne();
    assertThat(objects()).isOne();
  }

  @Test
  void aSweepThatIsInterruptedEndsBeforeTheNextFile() {
    abandoned();
    clock.tick(DAY.plusSeconds(1));

    Thread.currentThread().interrupt();
    try {
      sweep.run();
    } catch (RuntimeException e) {
      // The SDK may be the first to notice.
    } finally {
      Thread.interrupted();
    }

    assertThat(rows()).isOne();
    sweep.run();
    assertThat(rows()).isZero();
  }

  private static final class Killed extends Error {
    private static final long serialVersionUID = 1;
  }

  /** A file whose process was killed after the last of its bytes. */
  private StoredFile abandoned() {
    StoredFile file =
        new StoredFile(new Ids().next(), "n", "text/plain", null, 1, "00", alice, 1_700_000_000);
    TestFiles.unfinished().begin(file);
    try (Upload upload = TestFiles.upload("n", "1")) {
      TestFiles.bytes(clock).put(alice, file.fileId(), upload);
    }
    return file;
  }

  private Files killedAt(Point point) {
    return new FileStore(
        killedBytes(point),
        TestFiles.rows(),
        killedRows(point),
        new ContentTypes(),
        new Ids(),
        clock);
  }

  private FileBytes killedBytes(Point point) {
    return new FileBytes(s3, TestFiles.settings(), TestFloor.links(clock)) {
      @Override
      void put(String userId, String fileId, Upload upload) {
        if (point == Point.ROW_BEGUN) {
          throw new Killed();
        }
        super.put(userId, fileId, upload);
      }

      @Override
      void delete(String userId, String fileId) {
        if (point == Point.WITHDRAWN) {
          throw new Killed();
        }
        super.delete(userId, fileId);
      }
    };
  }

  private UnfinishedRows killedRows(Point point) {
    return new UnfinishedRows(dynamodb, TestFiles.settings()) {
      @Override
      void finish(List<StoredFile> files) {
        if (point == Point.BYTES_THERE) {
          throw new Killed();
        }
        super.finish(files);
      }

      @Override
      void remove(String userId, String fileId) {
        if (point == Point.BYTES_GONE) {
          throw new Killed();
        }
        super.remove(userId, fileId);
      }
    };
  }

  /** A store in which something happens while the bytes are on their way. */
  private Files during(Runnable event) {
    FileBytes bytes =
        new FileBytes(s3, TestFiles.settings(), TestFloor.links(clock)) {
          @Override
          void put(String userId, String fileId, Upload upload) {
            event.run();
            super.put(userId, fileId, upload);
          }
        };
    return new FileStore(
        bytes, TestFiles.rows(), TestFiles.unfinished(), new ContentTypes(), new Ids(), clock);
  }

  private List<StoredFile> stored(Files store, String... names) {
    List<Upload> uploads = new ArrayList<>();
    try {
      for (String name : names) {
        uploads.add(TestFiles.upload(name, name));
      }
      return store.store(alice, uploads);
    } finally {
      uploads.forEach(Upload::close);
    }
  }

  private List<StoredFile> listed() {
    return files.list(alice, new Paging(100, Optional.empty())).items();
  }

  private int rows() {
    return dynamodb
        .query(
            query ->
                query
                    .tableName(TestFiles.settings().table())
                    .keyConditionExpression("user_id = :user")
                    .expressionAttributeValues(Map.of(":user", AttributeValue.fromS(alice)))
                    .consistentRead(true))
        .count();
  }

  private int objects() {
    return s3.listObjectsV2(
            list -> list.bucket(TestFiles.settings().bucket()).prefix("files/" + alice + "/"))
        .keyCount();
  }
}
