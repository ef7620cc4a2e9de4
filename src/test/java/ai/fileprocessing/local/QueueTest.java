package ai.fileprocessing.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fileprocessing.platform.TickingClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QueueTest {
  private final TickingClock clock = new TickingClock(1_800_000_000);
  private final Map<String, Queue> queues = new HashMap<>();
  private final Queue queue = queue("work", Map.of("VisibilityTimeout", "60"));

  @Test
  void aMessageIsHiddenForTheVisibilityTimeoutOfItsQueue() {
    send("a");
    assertThat(bodies(receive(10))).containsExactly("a");

    tick(59);
    assertThat(receive(10)).isEmpty();
    tick(1);
    assertThat(bodies(receive(10))).containsExactly("a");
  }

  @Test
  void aReceiveMayNameAnotherVisibilityTimeout() {
    send("a");
    queue.receive(1, OptionalInt.of(5));

    tick(4);
    assertThat(receive(1)).isEmpty();
    tick(1);
    assertThat(receive(1)).hasSize(1);
  }

  @Test
  void aVisibilityTimeoutOfZeroLeavesTheMessageVisibleButGivesItOnceOnly() {
    send("a");

    assertThat(queue.receive(10, OptionalInt.of(0))).hasSize(1);
    assertThat(queue.receive(10, OptionalInt.of(0))).hasSize(1);
  }

  @Test
  void aDelayedMessageIsThereWhenItsDelayIsOver() {
    queue.send(content("a", null), OptionalInt.of(900));
    assertThat(queue.counts()).isEqualTo(new Queue.Counts(0, 0, 1));

    tick(899);
    assertThat(receive(1)).isEmpty();
    tick(1);
    assertThat(queue.counts()).isEqualTo(new Queue.Counts(1, 0, 0));
    assertThat(receive(1)).hasSize(1);
  }

  @Test
  void theDelayOfAMessageGoesBeforeTheOneOfItsQueue() {
    queue.use(queue.settings().with(Map.of("DelaySeconds", "10")));
    send("by the queue");
    queue.send(content("at once", null), OptionalInt.of(0));

    assertThat(bodies(receive(10))).containsExactly("at once");
    tick(10);
    assertThat(bodies(receive(10))).containsExactly("by the queue");
  }

  @Test
  void anExtendedMessageStaysHidden() {
    send("a");
    String receipt = receive(1).get(0).receipt();

    tick(50);
    queue.changeVisibility(receipt, 60);
    tick(59);
    assertThat(receive(1)).isEmpty();
    tick(1);
    assertThat(receive(1)).hasSize(1);
  }

  @Test
  void aMessageCannotBeHiddenForMoreThanTwelveHoursAfterItsReceive() {
    send("a");
    String receipt = receive(1).get(0).receipt();
    queue.changeVisibility(receipt, 43_200);
    tick(1);

    assertThatThrownBy(() -> queue.changeVisibility(receipt, 43_200))
        .hasMessageContaining("beyond the limit");
    queue.changeVisibility(receipt, 43_199);
  }

  @Test
  void aMessageThatIsVisibleAgainIsNotInFlight() {
    send("a");
    String receipt = receive(1).get(0).receipt();
    tick(60);

    assertThatThrownBy(() -> queue.changeVisibility(receipt, 5))
        .isInstanceOfSatisfying(
            SqsRefusedException.class,
            e -> assertThat(e.fault()).isEqualTo(SqsFault.MESSAGE_NOT_INFLIGHT));
  }

  @Test
  void aReceiptOfBeforeTheLastReceiveNeitherDeletesNorExtends() {
    send("a");
    String old = receive(1).get(0).receipt();
    tick(60);
    String last = receive(1).get(0).receipt();

    queue.delete(old);
    assertThat(queue.counts().inFlight()).isOne();
    assertThatThrownBy(() -> queue.changeVisibility(old, 5))
        .hasMessageContaining("does not exist or is not available");

    queue.delete(last);
    assertThat(queue.counts()).isEqualTo(new Queue.Counts(0, 0, 0));
  }

  @Test
  void theLastReceiptDeletesAlsoWhenTheMessageIsVisibleAgain() {
    send("a");
    String receipt = receive(1).get(0).receipt();
    tick(60);
    queue.delete(receipt);

    assertThat(queue.counts()).isEqualTo(new Queue.Counts(0, 0, 0));
  }

  @Test
  void whatDidNotArriveIsVisibleAtOnceAndOnlyOnce() {
    send("a");
    String receipt = receive(1).get(0).receipt();

    queue.giveBack(receipt);
    queue.giveBack(receipt);
    assertThat(queue.counts()).isEqualTo(new Queue.Counts(1, 0, 0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "nonsense", "ÄÖ", "d29yaw", "d29yayBhIGI"})
  void whatIsNoReceiptIsRefused(String receipt) {
    assertThatThrownBy(() -> queue.delete(receipt))
        .isInstanceOfSatisfying(
            SqsRefusedException.class,
            e -> assertThat(e.fault()).isEqualTo(SqsFault.RECEIPT_HANDLE_IS_INVALID));
  }

  @Test
  void aReceiptOfAnotherQueueIsRefused() {
    Queue other = queue("other", Map.of());
    other.send(content("a", null), OptionalInt.empty());
    String receipt = other.receive(1, OptionalInt.empty()).get(0).receipt();

    assertThatThrownBy(() -> queue.delete(receipt)).hasMessageContaining("not a valid receipt");
  }

  @Test
  void receivesAreCountedAndTheFirstIsRemembered() {
    long sent = clock.millis();
    send("a");
    tick(10);
    receive(1);
    tick(60);
    ReceivedMessage second = receive(1).get(0);

    assertThat(second.receives()).isEqualTo(2);
    assertThat(second.sentAt()).isEqualTo(sent);
    assertThat(second.firstReceivedAt()).isEqualTo(sent + 10_000);
  }

  @Test
  void whatIsReceivedTooOftenBecomesADeadLetterAndKeepsItsAge() {
    Queue dead = withDeadLetters(2);
    long sent = clock.millis();
    send("poison");
    for (int i = 0; i < 2; i++) {
      assertThat(receive(10)).hasSize(1);
      tick(60);
    }
    send("good");

    assertThat(bodies(receive(10))).containsExactly("good");
    ReceivedMessage letter = dead.receive(10, OptionalInt.empty()).get(0);
    assertThat(letter.content().body()).isEqualTo("poison");
    assertThat(letter.sentAt()).isEqualTo(sent);
    assertThat(letter.deadLetterOf()).contains(queue.arn());
  }

  @Test
  void withoutItsDeadLetterQueueAMessageIsReceivedOn() {
    withDeadLetters(1);
    queues.remove("dead");
    send("a");
    receive(1);
    tick(60);

    assertThat(receive(1)).hasSize(1);
  }

  @Test
  void deadLettersAreSentAnewToWhereTheyDied() {
    Queue dead = withDeadLetters(1);
    send("poison");
    String before = receive(1).get(0).id();
    tick(60);
    receive(1);

    assertThat(dead.redrive(letter -> letter.deadLetterOf().map(arn -> queue))).isOne();
    ReceivedMessage again = receive(1).get(0);
    assertThat(again.id()).isNotEqualTo(before);
    assertThat(again.receives()).isOne();
    assertThat(again.sentAt()).isEqualTo(clock.millis());
    assertThat(dead.counts()).isEqualTo(new Queue.Counts(0, 0, 0));
  }

  @Test
  void whatIsInFlightIsNotRedriven() {
    send("a");
    receive(1);

    assertThat(queue.redrive(message -> Optional.of(queue))).isZero();
  }

  @Test
  void aMessageIsForgottenAtTheEndOfItsRetentionWhereverItStands() {
    queue.use(queue.settings().with(Map.of("MessageRetentionPeriod", "60")));
    send("visible");
    send("in flight");
    queue.receive(1, OptionalInt.of(1000));
    queue.send(content("delayed", null), OptionalInt.of(100));

    tick(59);
    assertThat(queue.counts()).isEqualTo(new Queue.Counts(1, 1, 1));
    tick(1);
    assertThat(queue.counts()).isEqualTo(new Queue.Counts(0, 0, 0));
  }

  @Test
  void aPurgeForgetsEverything() {
    send("visible");
    send("in flight");
    receive(1);
    queue.send(content("delayed", null), OptionalInt.of(100));
    queue.purge();

    assertThat(queue.counts()).isEqualTo(new Queue.Counts(0, 0, 0));
    tick(1000);
    assertThat(receive(10)).isEmpty();
  }

  @Test
  void theNextDueTimeIsTheEarliestOfAllHiddenMessages() {
    assertThat(queue.nextDue()).isEmpty();
    send("a");
    receive(1);
    queue.send(content("b", null), OptionalInt.of(10));

    assertThat(queue.nextDue()).hasValue(clock.millis() + 10_000);
  }

  @Test
  void withoutGroupsTheOldestGoesFirst() {
    IntStream.range(0, 30).forEach(i -> send("m" + i));

    List<String> bodies = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      bodies.addAll(bodies(receive(10)));
    }
    assertThat(bodies)
        .containsExactlyElementsOf(IntStream.range(0, 30).mapToObj(i -> "m" + i).toList());
  }

  @Test
  void whatComesBackGoesBehindWhatWaited() {
    send("back");
    String receipt = receive(1).get(0).receipt();
    send("waiting");
    queue.changeVisibility(receipt, 0);

    assertThat(bodies(receive(10))).containsExactly("waiting", "back");
  }

  @Test
  void theGroupWithTheFewestMessagesInFlightGoesFirst() {
    IntStream.range(0, 5).forEach(i -> send("a" + i, "a"));
    IntStream.range(0, 2).forEach(i -> send("b" + i, "b"));

    assertThat(bodies(receive(10))).containsExactly("a0", "b0", "a1", "b1", "a2", "a3", "a4");
  }

  @Test
  void aMessageWithoutAGroupIsNobodysNeighbour() {
    IntStream.range(0, 3).forEach(i -> send("a" + i, "a"));
    IntStream.range(0, 3).forEach(i -> send("m" + i));

    assertThat(bodies(receive(10))).containsExactly("a0", "m0", "m1", "m2", "a1", "a2");
  }

  @Test
  void whatIsDoneOrGivenBackIsNoLongerHeldAgainstItsGroup() {
    IntStream.range(0, 3).forEach(i -> send("a" + i, "a"));
    List<ReceivedMessage> held = receive(2);
    send("b0", "b");
    send("b1", "b");
    receive(1);
    queue.delete(held.get(0).receipt());
    queue.changeVisibility(held.get(1).receipt(), 0);

    assertThat(bodies(receive(10))).containsExactly("a2", "b1", "a1");
  }

  @Test
  void aTimeoutReturnsAMessageToItsGroupsShare() {
    send("a0", "a");
    send("a1", "a");
    queue.receive(1, OptionalInt.of(5));
    send("b0", "b");
    tick(5);

    assertThat(bodies(receive(1))).containsExactly("a1");
  }

  @Test
  void twentyThousandWaitingMessagesAreHandedOutEquallyToAllGroups() {
    int groups = 100;
    for (int i = 0; i < 20_000; i++) {
      // One group floods the queue before all others have sent anything.
      send("m" + i, i < 10_000 ? "flood" : "group-" + i % groups);
    }
    Map<String, Integer> first = new TreeMap<>();
    while (first.values().stream().mapToInt(Integer::intValue).sum() < 10 * (groups + 1)) {
      receive(10).forEach(it -> first.merge(it.content().group().orElseThrow(), 1, Integer::sum));
    }

    assertThat(first).hasSize(groups + 1).allSatisfy((g, n) -> assertThat(n).isEqualTo(10));
    int rest = 0;
    for (int got = 1; got > 0; rest += got) {
      got = receive(10).size();
    }
    assertThat(rest).isEqualTo(20_000 - 10 * (groups + 1));
    tick(60);
    assertThat(queue.counts()).isEqualTo(new Queue.Counts(20_000, 0, 0));
  }

  private Queue withDeadLetters(int maxReceiveCount) {
    Queue dead = queue("dead", Map.of());
    queue.use(
        queue
            .settings()
            .with(
                Map.of(
                    "RedrivePolicy", new RedrivePolicy(dead.arn(), maxReceiveCount).toString())));
    return dead;
  }

  private Queue queue(String name, Map<String, String> attributes) {
    Queue created =
        new Queue(
            name,
            clock,
            arn -> queues.values().stream().filter(it -> it.arn().equals(arn)).findFirst());
    created.use(created.settings().with(attributes));
    queues.put(name, created);
    return created;
  }

  private void send(String body) {
    send(body, null);
  }

  private void send(String body, String group) {
    queue.send(content(body, group), OptionalInt.empty());
  }

  private static MessageContent content(String body, String group) {
    return new MessageContent(body, Optional.ofNullable(group), new TreeMap<>());
  }

  private List<ReceivedMessage> receive(int most) {
    return queue.receive(most, OptionalInt.empty());
  }

  private static List<String> bodies(List<ReceivedMessage> messages) {
    return messages.stream().map(it -> it.content().body()).toList();
  }

  private void tick(int seconds) {
    clock.tick(Duration.ofSeconds(seconds));
  }
}
