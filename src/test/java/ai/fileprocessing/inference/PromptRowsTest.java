package ai.fileprocessing.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fileprocessing.local.StandIns;
import ai.fileprocessing.platform.Ids;
import ai.fileprocessing.platform.TestFloor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

class PromptRowsTest {
  private final DynamoDbClient standIn = StandIns.shared().dynamodb();
  private final PromptRows rows = TestPrompts.rows(standIn);
  private final String alice = TestFloor.user();
  private final String group = "group-" + UUID.randomUUID();

  @Test
  void aWriteWhoseAnswerIsLostIsNotMistakenForAFailure() {
    LostAnswers lost = new LostAnswers();
    try (DynamoDbClient forgetful = client(lost)) {
      PromptRows overBadLine = TestPrompts.rows(forgetful);
      SavedPrompt first = prompt();
      SavedPrompt second = first.changed(new NewPrompt("n", "second", null), 1);

      assertThat(overBadLine.add(first, 1)).isTrue();
      assertThat(overBadLine.replace(first, second)).isTrue();
      assertThat(rows.find(first.promptId())).contains(second);
      assertThat(overBadLine.remove(second)).isTrue();

      // Counted once there and once away, or this one would be one too many.
      assertThat(overBadLine.add(prompt(), 1)).isTrue();
      assertThat(overBadLine.add(prompt(), 1)).isFalse();
      assertThat(lost.count()).isEqualTo(5);
    }
  }

  @Test
  void whatWasWrittenOverIsNeitherReplacedNorRemoved() {
    SavedPrompt first = prompt();
    SavedPrompt second = first.changed(new NewPrompt("n", "second", group), 1);
    rows.add(first, 10);
    rows.replace(first, second);

    assertThat(rows.replace(first, first.changed(new NewPrompt("n", "x", null), 2))).isFalse();
    assertThat(rows.remove(first)).isFalse();
    assertThat(rows.find(first.promptId())).contains(second);
    assertThat(rows.sharedWith(group, Optional.empty(), 10)).containsExactly(first.promptId());
    assertThat(rows.ownedBy(alice, Optional.empty(), 10)).containsExactly(first.promptId());
  }

  @Test
  void whatWasRemovedIsNotBroughtBackByAChangeThatComesLate() {
    SavedPrompt first = prompt();
    rows.add(first, 10);
    rows.remove(first);

    assertThat(rows.replace(first, first.changed(new NewPrompt("n", "x", group), 2))).isFalse();
    assertThat(rows.remove(first)).isFalse();
    assertThat(rows.find(first.promptId())).isEmpty();
    assertThat(rows.sharedWith(group, Optional.empty(), 10)).isEmpty();
    assertThat(rows.ownedBy(alice, Optional.empty(), 10)).isEmpty();
  }

  @Test
  void aTransactionThatMetAnotherIsTriedAgain() {
    SavedPrompt prompt = prompt();

    assertThat(TestPrompts.rows(meeting(3, "TransactionConflict")).add(prompt, 10)).isTrue();
    assertThat(rows.find(prompt.promptId())).contains(prompt);
  }

  @Test
  void aTransactionThatMeetsOthersEachTimeOrFailsOtherwiseIsAFailure() {
    SavedPrompt prompt = prompt();

    assertThatThrownBy(
            () ->
                TestPrompts.rows(meeting(Integer.MAX_VALUE, "TransactionConflict")).add(prompt, 10))
        .isInstanceOf(SdkException.class);
    assertThatThrownBy(() -> TestPrompts.rows(meeting(1, "ThrottlingError")).add(prompt, 10))
        .isInstanceOf(SdkException.class);
    assertThat(rows.find(prompt.promptId())).isEmpty();
  }

  private SavedPrompt prompt() {
    return new SavedPrompt(new Ids().next(), "n", "first", alice, group, 1, 0, 0);
  }

  /** A client whose first transactions are cancelled for a reason. */
  private DynamoDbClient meeting(int times, String reason) {
    AtomicInteger left = new AtomicInteger(times);
    return (DynamoDbClient)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {DynamoDbClient.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("transactWriteItems") && left.getAndDecrement() > 0) {
                throw TransactionCanceledException.builder()
                    .cancellationReasons(
                        CancellationReason.builder().code("None").build(),
                        CancellationReason.builder().code(reason).build())
                    .build();
              }
              try {
                return method.invoke(standIn, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private DynamoDbClient client(LostAnswers lost) {
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
