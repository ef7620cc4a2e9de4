package ai.fileprocessing.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fileprocessing.files.detection.ContentTypes;
import ai.fileprocessing.local.StandIns;
import ai.fileprocessing.platform.DownloadLink;
import ai.fileprocessing.platform.Ids;
import ai.fileprocessing.platform.Page;
import ai.fileprocessing.platform.Paging;
import ai.fileprocessing.platform.TestFloor;
import ai.fileprocessing.platform.TickingClock;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

class FileStoreTest {
  private final S3Client s3 = StandIns.shared().s3();
  private final TickingClock clock = new TickingClock(1_700_000_000);
  private final Files files = TestFiles.over(clock);
  private final Ids ids = new Ids();
  private final String alice = TestFloor.user();

  @Test
  void aStoredFileIsDescribedAndFoundAndItsBytesAreThose() throws Exception {
    StoredFile stored = TestFiles.store(files, alice, "\u00fc \"a\".txt", "hello");

    assertThat(stored)
        .isEqualTo(
            new StoredFile(
                stored.fileId(),
                "\u00fc \"a\".txt",
                "text/plain",
                null,
                5,
                "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
                alice,
                1_700_000_000));
    assertThat(Ids.isOne(stored.fileId())).isTrue();
    assertThat(files.find(alice, stored.fileId())).contains(stored);
    assertThat(text(alice, stored)).contains("hello");
  }

  @Test
  void aFileIsOfTheTypeOfItsBytesAndAContradictionIsKept() {
    try (Upload page = TestFiles.upload("a.pdf", "application/pdf; v=1", "<!DOCTYPE html>");
        Upload table = TestFiles.upload("a.csv", "text/plain; charset=utf-8", "a,b");
        Upload unknown = TestFiles.upload("a", "application/octet-stream", "\0\1\2")) {
      List<StoredFile> stored = files.store(alice, List.of(page, table, unknown));

      assertThat(stored)
          .extracting(StoredFile::contentType, StoredFile::declaredContentType)
          .containsExactly(
              org.assertj.core.groups.Tuple.tuple("text/html", "application/pdf; v=1"),
              org.assertj.core.groups.Tuple.tuple("text/csv", null),
              org.assertj.core.groups.Tuple.tuple("application/octet-stream", null));
      for (StoredFile file : stored) {
        assertThat(files.find(alice, file.fileId())).contains(file);
        assertThat(files.link(file).contentType()).isEqualTo(file.contentType());
      }
    }
  }

  @Test
  void theSameFileTwiceIsTwoFiles() {
    StoredFile first = TestFiles.store(files, alice, "a.txt", "one");
    StoredFile second = TestFiles.store(files, alice, "a.txt", "two");

    assertThat(text(alice, first)).contains("one");
    assertThat(text(alice, second)).contains("two");
  }

  @Test
  void noNameReachesAnObjectKey() {
    StoredFile stored = TestFiles.store(files, alice, "../../\r\n\0x", "hello");

    assertThat(keys(alice)).containsExactly("files/" + alice + "/" + stored.fileId());
    assertThat(files.find(alice, stored.fileId()).orElseThrow().filename())
        .isEqualTo("../../\r\n\0x");
  }

  @Test
  void anEmptyFileIsAFile() {
    StoredFile stored = TestFiles.store(files, alice, "empty", "");

    assertThat(stored.size()).isZero();
    assertThat(text(alice, stored)).contains("");
  }

  @Test
  void whatIsStoredTogetherComesInTheSameOrder() {
    try (Upload a = TestFiles.upload("a", "1");
        Upload b = TestFiles.upload("b", "22");
        Upload c = TestFiles.upload("c", "333")) {
      assertThat(files.store(alice, List.of(a, b, c)))
          .extracting(StoredFile::filename, StoredFile::size)
          .containsExactly(
              org.assertj.core.groups.Tuple.tuple("a", 1L),
              org.assertj.core.groups.Tuple.tuple("b", 2L),
              org.assertj.core.groups.Tuple.tuple("c", 3L));
    }
  }

  @Test
  void ofAnUploadThatFailsHalfwayNothingIsLeft() throws Exception {
    try (Upload whole = TestFiles.upload("whole", "1");
        Upload lost = TestFiles.upload("lost", "2")) {
      java.nio.file.Files.delete(lost.content().file());

      assertThatThrownBy(() -> files.store(alice, List.of(whole, lost)))
          .isInstanceOf(RuntimeException.class);
    }
    assertThat(keys(alice)).isEmpty();
    assertThat(files.list(alice, new Paging(10, Optional.empty())).items()).isEmpty();
  }

  @Test
  void ofAnUploadWhoseRowFailsNoBytesAreLeft() {
    UnfinishedRows failing =
        new UnfinishedRows(StandIns.shared().dynamodb(), TestFiles.settings()) {
          @Override
          void begin(StoredFile file) {
            if (file.filename().equals("second")) {
              throw new IllegalStateException("no row");
            }
            super.begin(file);
          }
        };
    Files store =
        new FileStore(
            TestFiles.bytes(clock), TestFiles.rows(), failing, new ContentTypes(), ids, clock);
    try (Upload first = TestFiles.upload("first", "1");
        Upload second = TestFiles.upload("second", "2")) {
      assertThatThrownBy(() -> store.store(alice, List.of(first, second)))
          .hasMessage("no row")
          .hasNoSuppressedExceptions();
    }
    assertThat(keys(alice)).isEmpty();
    assertThat(files.list(alice, new Paging(10, Optional.empty())).items()).isEmpty();
  }

  @Test
  void whatCannotBeUndoneIsToldBesideTheFailure() {
    UnfinishedRows failing =
        new UnfinishedRows(StandIns.shared().dynamodb(), TestFiles.settings()) {
          @Override
          void begin(StoredFile file) {
            throw new IllegalStateException("no row");
          }

          @Override
          boolean withdraw(String userId, String fileId) {
            throw new IllegalStateException("no delete");
          }
        };
    Files store =
        new FileStore(
            TestFiles.bytes(clock), TestFiles.rows(), failing, new ContentTypes(), ids, clock);
    try (Upload upload = TestFiles.upload("a", "1")) {
      assertThatThrownBy(() -> store.store(alice, List.of(upload)))
          .hasMessage("no row")
          .satisfies(e -> assertThat(e.getSuppressed()[0]).hasMessage("no delete"));
    }
  }

  @Test
  void theListIsNewestFirstInPagesWithoutGapsOrDoubles() {
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      expected.add(row(alice).fileId());
    }
    Collections.reverse(expected);
    row(TestFloor.user());

    List<String> seen = new ArrayList<>();
    List<Integer> sizes = new ArrayList<>();
    Optional<String> after = Optional.empty();
    do {
      Page<StoredFile> page = files.list(alice, new Paging(10, after));
      page.items().forEach(file -> seen.add(file.fileId()));
      sizes.add(page.items().size());
      after = page.next();
    } while (after.isPresent());

    assertThat(seen).isEqualTo(expected);
    assertThat(sizes).containsExactly(10, 10, 5);
  }

  @Test
  void aFileStoredMeanwhileMovesNoPage() {
    StoredFile oldest = row(alice);
    StoredFile older = row(alice);
    StoredFile newest = row(alice);
    Page<StoredFile> first = files.list(alice, new Paging(2, Optional.empty()));
    row(alice);

    assertThat(first.items()).containsExactly(newest, older);
    assertThat(files.list(alice, new Paging(2, first.next())).items()).containsExactly(oldest);
  }

  @Test
  void aPageGoesOnWhereAFileWasDeleted() {
    StoredFile oldest = row(alice);
    StoredFile newest = row(alice);
    Page<StoredFile> first = files.list(alice, new Paging(1, Optional.empty()));
    files.delete(alice, newest.fileId());

    assertThat(files.list(alice, new Paging(1, first.next())).items()).containsExactly(oldest);
  }

  @Test
  void aPageIsFullAndKnowsItsEndAmongUploadsThatHaveNotEnded() {
    List<StoredFile> finished = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      finished.add(0, row(alice));
      for (int j = 0; j < 50; j++) {
        begun(alice);
      }
    }

    Page<StoredFile> first = files.list(alice, new Paging(4, Optional.empty()));
    Page<StoredFile> second = files.list(alice, new Paging(2, first.next()));

    assertThat(first.items()).isEqualTo(finished.subList(0, 4));
    assertThat(second.items()).isEqualTo(finished.subList(4, 6));
    assertThat(second.next()).isEmpty();
  }

  @Test
  void anUploadThatHasNotEndedIsNotThere() {
    StoredFile begun = begun(alice);

    assertThat(files.find(alice, begun.fileId())).isEmpty();
    assertThat(files.findAll(alice, List.of(begun.fileId()))).isEmpty();
    assertThat(files.list(alice, new Paging(10, Optional.empty())).items()).isEmpty();
    assertThat(files.delete(alice, begun.fileId())).isFalse();
  }

  @Test
  void whoHasNothingHasAnEmptyPage() {
    Page<StoredFile> page = files.list(alice, new Paging(1000, Optional.empty()));

    assertThat(page.items()).isEmpty();
    assertThat(page.next()).isEmpty();
  }

  @Test
  void aDeletedFileIsGoneWithItsBytes() {
    StoredFile stored = TestFiles.store(files, alice, "a", "hello");

    assertThat(files.delete(alice, stored.fileId())).isTrue();
    assertThat(files.find(alice, stored.fileId())).isEmpty();
    assertThat(files.open(alice, stored.fileId())).isEmpty();
    assertThat(files.delete(alice, stored.fileId())).isFalse();
    assertThat(keys(alice)).isEmpty();
  }

  @Test
  void anotherUsersFileIsNotThere() {
    String mallory = TestFloor.user();
    StoredFile stored = TestFiles.store(files, alice, "a", "secret");

    assertThat(files.find(mallory, stored.fileId())).isEmpty();
    assertThat(files.open(mallory, stored.fileId())).isEmpty();
    assertThat(files.findAll(mallory, List.of(stored.fileId()))).isEmpty();
    assertThat(files.delete(mallory, stored.fileId())).isFalse();
    assertThat(text(alice, stored)).contains("secret");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "x", "../x", "\0", "0197a1b2-c3d4-4e5f-8a6b-7c8d9e0f1a2b"})
  void whatIsNoIdIsNotThere(String id) {
    assertThat(files.find(alice, id)).isEmpty();
    assertThat(files.delete(alice, id)).isFalse();
    assertThat(files.findAll(alice, List.of(id, id))).isEmpty();
  }

  @Test
  void manyFilesAreFoundAtOnceWithoutThoseOfOthers() {
    List<String> wanted = new ArrayList<>();
    for (int i = 0; i < 205; i++) {
      wanted.add(row(alice).fileId());
    }
    List<String> asked = new ArrayList<>(wanted);
    asked.add(wanted.get(0));
    asked.add(row(TestFloor.user()).fileId());
    asked.add(ids.next());
    asked.add("no id");

    assertThat(files.findAll(alice, asked)).containsOnlyKeys(wanted);
    assertThat(files.findAll(alice, wanted).get(wanted.get(204)).userId()).isEqualTo(alice);
    assertThat(files.findAll(alice, List.of())).isEmpty();
  }

  @Test
  void aRowThatIsBegunAgainAfterALostAnswerHidesNothing() {
    StoredFile stored = row(alice);

    TestFiles.unfinished().begin(stored);
    assertThat(files.find(alice, stored.fileId())).contains(stored);
  }

  @Test
  void aLinkGivesTheBytesAsAnAttachmentAndOnlyThem() throws Exception {
    StoredFile stored = TestFiles.store(files, alice, "a\"b.html", "<script>");
    DownloadLink link = files.link(stored);

    HttpResponse<String> answer = get(link.presignedUrl());
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("<script>");
    assertThat(answer.headers().firstValue("Content-Disposition").orElseThrow())
        .startsWith("attachment; filename=\"a_b.html\"");
    assertThat(get(link.presignedUrl().replace("attachment", "inline")).statusCode())
        .isEqualTo(403);
    assertThat(get(link.presignedUrl().replace(alice, TestFloor.user())).statusCode())
        .isEqualTo(403);
    assertThat(link.expiresAt()).isEqualTo(1_700_000_000 + 900);
  }

  private StoredFile begun(String userId) {
    StoredFile file =
        new StoredFile(ids.next(), "n", "text/plain", null, 1, "00", userId, 1_700_000_000);
    TestFiles.unfinished().begin(file);
    return file;
  }

  private StoredFile row(String userId) {
    StoredFile file = begun(userId);
    TestFiles.unfinished().finish(List.of(file));
    return file;
  }

  private Optional<String> text(String userId, StoredFile file) {
    return files
        .open(userId, file.fileId())
        .map(
            bytes -> {
              try (InputStream in = bytes) {
                return new String(in.readAllBytes(), StandardCharsets.UTF_8);
              } catch (java.io.IOException e) {
                throw new AssertionError(e);
              }
            });
  }

  private List<String> keys(String userId) {
    return s3
        .listObjectsV2(
            list -> list.bucket(TestFiles.settings().bucket()).prefix("files/" + userId + "/"))
        .contents()
        .stream()
        .map(S3Object::key)
        .toList();
  }

  private static HttpResponse<String> get(String url) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
  }
}
