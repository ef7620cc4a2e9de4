package ai.fileprocessing.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fileprocessing.local.StandIns;
import ai.fileprocessing.platform.Ids;
import ai.fileprocessing.platform.TestFloor;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

class UnfinishedRowsTest {
  private final LostAnswers lost = new LostAnswers();
  private final DynamoDbClient forgetful = client(lost);
  private final UnfinishedRows rows = TestFiles.unfinished();
  private final UnfinishedRows overBadLine = new UnfinishedRows(forgetful, TestFiles.settings());
  private final String alice = TestFloor.user();

  @AfterEach
  void close() {
    forgetful.close();
  }

  @Test
  void aStepWhoseAnswerIsLostIsNotMistakenForAFailure() {
    List<StoredFile> files = List.of(file(), file(), file());

    files.forEach(overBadLine::begin);
    overBadLine.finish(files);

    assertThat(lost.count()).isEqualTo(4);
    assertThat(found(files)).isEqualTo(3);

    StoredFile first = files.get(0);
    assertThat(overBadLine.withdraw(alice, first.fileId())).isTrue();
    assertThat(found(files)).isEqualTo(2);
    overBadLine.remove(alice, first.fileId());
    assertThat(rows.withdraw(alice, first.fileId())).isFalse();
  }

  @Test
  void whatWasWithdrawnIsNotFinishedAnyMoreNorIsWhatCameWithIt() {
    List<StoredFile> files = List.of(file(), file());
    files.forEach(rows::begin);

    rows.withdraw(alice, files.get(1).fileId());

    assertThatThrownBy(() -> rows.finish(files)).isInstanceOf(RuntimeException.class);
    assertThat(found(files)).isZero();
  }

  @Test
  void whatHasNoRowIsNotWithdrawnAndGetsNone() {
    StoredFile never = file();

    assertThat(rows.withdraw(alice, never.fileId())).isFalse();
    assertThatThrownBy(() -> rows.finish(List.of(never))).isInstanceOf(RuntimeException.class);
    assertThat(rows.overdue(Long.MAX_VALUE)).noneMatch(it -> it.userId().equals(alice));
  }

  @Test
  void aFullFormIsFinishedAtOnce() {
    List<StoredFile> files = Stream.generate(this::file).limit(100).toList();
    files.forEach(rows::begin);

    rows.finish(files);

    assertThat(found(files)).isEqualTo(100);
  }

  @Test
  void whatIsOverdueWasBegunBeforeThatSecondOrWithdrawn() {
    StoredFile begun = file();
    StoredFile withdrawn = file();
    List.of(begun, withdrawn).forEach(rows::begin);
    rows.withdraw(alice, withdrawn.fileId());

    assertThat(overdue(begun.lastModified())).containsExactly(withdrawn.fileId());
    assertThat(overdue(begun.lastModified() + 1))
        .containsExactlyInAnyOrder(begun.fileId(), withdrawn.fileId());
    rows.finish(List.of(begun));
    assertThat(overdue(Long.MAX_VALUE)).containsExactly(withdrawn.fileId());
  }

  private List<String> overdue(long before) {
    return rows.overdue(before)
        .filter(it -> it.userId().equals(alice))
        .map(UnfinishedRows.Overdue::fileId)
        .toList();
  }

  private int found(List<StoredFile> files) {
    return TestFiles.rows().findAll(alice, files.stream().map(StoredFile::fileId).toList()).size();
  }

  private StoredFile file() {
    return new StoredFile(new Ids().next(), "n", "text/plain", null, 1, "00", alice, 1_700_000_000);
  }

  private static DynamoDbClient client(LostAnswers lost) {
    DynamoDbClient standIn = StandIns.shared().dynamodb();
    return DynamoDbClient.builder()
        .endpointOverride(standIn.serviceClientConfiguration().endpointOverride().orElseThrow())
        .region(Region.EU_CENTRAL_1)
        .credentialsProvider(standIn.serviceClientConfiguration().credentialsProvider())
        .overrideConfiguration(it -> it.addExecutionInterceptor(lost))
        .build();
  }

  /** Turns the first answer to each call into an outage, after the call has done its work. */
  private static final class LostAnswers implements ExecutionInterceptor {
    private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());

    int count() {
      return seen.size();
    }

    @Override
    public SdkHttpResponse modifyHttpResponse(
        Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
      if (seen.add(context.request())) {
        return context.httpResponse().toBuilder().statusCode(500).build();
      }
      return context.httpResponse();
    }
  }
}
