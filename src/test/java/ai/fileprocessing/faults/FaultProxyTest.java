package ai.fileprocessing.faults;

import static ai.fileprocessing.faults.Call.anyCall;
import static ai.fileprocessing.faults.Call.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fileprocessing.local.StandIns;
import java.net.ConnectException;
import java.net.SocketException;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.api.Assertions;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughputExceededException;

/** Every fault, as the SDK's client of DynamoDB sees it. */
class FaultProxyTest {
  private static final Duration LONG = Duration.ofHours(1);

  private final StandIns standIns = StandIns.shared();
  private final FaultProxy proxy = FaultProxy.to(standIns.ports().dynamodb());
  private final Sdk sdk = new Sdk(proxy.uri());
  private final DynamoDbClient once = sdk.once(DynamoDbClient.builder());
  private final DynamoDbClient retrying = sdk.retrying(DynamoDbClient.builder());
  private final String table = standIns.environment().get("FILES_TABLE");
  private final String row = UUID.randomUUID().toString();

  @AfterEach
  void close() {
    proxy.close();
    once.close();
    retrying.close();
    sdk.close();
  }

  @Test
  void withoutRulesCallsPassAndAreCounted() {
    increment(once);
    increment(once);

    assertThat(value()).isEqualTo(2);
    assertThat(proxy.calls("UpdateItem")).isEqualTo(2);
    assertThat(proxy.calls("GetItem")).isZero();
    assertThat(proxy.seen())
        .hasSize(2)
        .allSatisfy(
            exchange -> {
              assertThat(exchange.method()).isEqualTo("POST");
              assertThat(exchange.path()).isEqualTo("/");
              assertThat(exchange.header("host")).isEqualTo("127.0.0.1:" + proxy.port());
              assertThat(exchange.text()).contains(table, row);
              assertThat(exchange).hasToString("UpdateItem (POST /)");
            });
  }

  @Test
  void aResetCallNeverReachesTheServer() {
    proxy.when(call("UpdateItem")).reset();

    assertThatThrownBy(() -> increment(once))
        .isInstanceOf(SdkClientException.class)
        .hasRootCauseInstanceOf(SocketException.class);
    assertThat(value()).isZero();
  }

  @Test
  void theSdkTriesAgainAfterOneReset() {
    proxy.when(call("UpdateItem")).times(1).reset();

    increment(retrying);

    assertThat(value()).isEqualTo(1);
    assertThat(proxy.calls("UpdateItem")).isEqualTo(2);
  }

  @Test
  void aCallWhoseAnswerIsLostIsTriedAgainAndDoneTwice() {
    Rule rule = proxy.when(call("UpdateItem").containing(row)).times(1).dropAnswer();

    increment(retrying);

    assertThat(value()).isEqualTo(2);
    assertThat(proxy.calls("UpdateItem")).isEqualTo(2);
    assertThat(rule.hits()).isEqualTo(1);
  }

  @Test
  void aCallWhoseAnswerIsLostIsDoneAllTheSame() {
    proxy.when(anyCall()).dropAnswer();

    assertThatThrownBy(() -> increment(once))
        .isInstanceOf(SdkClientException.class)
        .hasRootCauseInstanceOf(SocketException.class);
    assertThat(value()).isEqualTo(1);
  }

  @Test
  void aCutAnswerIsNoAnswer() {
    proxy.when(call("UpdateItem")).cutAnswer(1);

    assertThatThrownBy(() -> increment(once)).isInstanceOf(SdkClientException.class);
    assertThat(value()).isEqualTo(1);
  }

  @Test
  void anErrorIsTheSdksExceptionAndNothingReachesTheServer() {
    proxy
        .when(call("UpdateItem"))
        .answer(400, "ProvisionedThroughputExceededException", "Slow \"down\"");

    assertThatThrownBy(() -> increment(once))
        .isInstanceOfSatisfying(
            ProvisionedThroughputExceededException.class,
            e -> {
              assertThat(e.statusCode()).isEqualTo(400);
              assertThat(e.awsErrorDetails().errorMessage()).isEqualTo("Slow \"down\"");
            });
    assertThat(value()).isZero();
  }

  @Test
  void theSdkTriesAgainAfterErrors() {
    proxy.when(call("UpdateItem")).times(2).answer(500, "InternalServerError", "Oops");

    increment(retrying);

    assertThat(value()).isEqualTo(1);
    assertThat(proxy.calls("UpdateItem")).isEqualTo(3);
  }

  @Test
  void aHangingCallReachesTheServerWhenItIsReleased() {
    Rule rule = proxy.when(call("UpdateItem")).hang();
    var call = CompletableFuture.runAsync(() -> increment(once));

    Awaitility.await().until(() -> rule.hits() == 1);
    assertThat(value()).isZero();

    rule.clear();
    assertThat(call).succeedsWithin(Duration.ofSeconds(20));
    assertThat(value()).isEqualTo(1);
  }

  @Test
  void aDelayedCallIsNotDoneBeforeItsTime() {
    proxy.when(call("UpdateItem")).delay(Duration.ofMillis(400));
    long start = System.nanoTime();

    increment(once);

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(399));
  }

  @Test
  void aDelayEndsWithItsRule() {
    Rule rule = proxy.when(call("UpdateItem")).delay(LONG);
    var call = CompletableFuture.runAsync(() -> increment(once));
    Awaitility.await().until(() -> rule.hits() == 1);

    proxy.clear();

    assertThat(call).succeedsWithin(Duration.ofSeconds(20));
    assertThat(proxy.calls("UpdateItem")).isZero();
    assertThat(proxy.seen()).isEmpty();
  }

  @Test
  void aCallWhoseAnswerIsDelayedIsDoneAtOnce() {
    Rule rule = proxy.when(call("UpdateItem")).delayAnswer(LONG);
    var call = CompletableFuture.runAsync(() -> increment(once));

    Awaitility.await().untilAsserted(() -> assertThat(value()).isEqualTo(1));
    assertThat(call).isNotDone();

    rule.clear();
    assertThat(call).succeedsWithin(Duration.ofSeconds(20));
  }

  @Test
  void aHookRunsBeforeTheServerHearsOfTheCall() {
    AtomicBoolean ran = new AtomicBoolean();
    proxy.when(call("UpdateItem")).beforeForwarding(() -> ran.set(value() == 0));

    increment(once);

    assertThat(ran).isTrue();
    assertThat(value()).isEqualTo(1);
  }

  @Test
  void aHookRunsBetweenTheAnswerAndItsClient() {
    AtomicBoolean returned = new AtomicBoolean();
    AtomicBoolean ran = new AtomicBoolean();
    proxy.when(call("UpdateItem")).afterAnswer(() -> ran.set(value() == 1 && !returned.get()));

    increment(once);
    returned.set(true);

    assertThat(ran).isTrue();
  }

  @Test
  void aHookThatFailsResetsTheConnectionAndIsToldInTheEnd() {
    proxy.when(call("UpdateItem")).beforeForwarding(() -> Assertions.fail("on purpose"));

    assertThatThrownBy(() -> increment(once)).isInstanceOf(SdkClientException.class);
    assertThat(value()).isZero();
    assertThatThrownBy(proxy::close).hasRootCauseMessage("on purpose");
  }

  @Test
  void theFirstRuleInForceThatFitsIsTheOne() {
    Rule other = proxy.when(call("UpdateItem").containing("something else")).reset();
    Rule first = proxy.when(call("UpdateItem")).afterFirst(1).times(1).answer(400, "First", "");
    Rule second = proxy.when(anyCall()).afterFirst(1).answer(400, "Second", "");

    increment(once);
    assertThatThrownBy(() -> increment(once)).hasMessageContaining("First");
    assertThatThrownBy(() -> increment(once)).hasMessageContaining("Second");
    second.clear();
    increment(once);

    assertThat(value()).isEqualTo(2);
    assertThat(other.hits()).isZero();
    assertThat(first.hits()).isEqualTo(1);
    assertThat(second.hits()).isEqualTo(1);
  }

  @Test
  void aRuleWithoutAnActionDoesNothing() {
    proxy.when(anyCall()).times(1);

    increment(once);

    assertThat(value()).isEqualTo(1);
  }

  @Test
  void whatIsDownRefusesUntilItIsUpAgain() {
    increment(once);

    proxy.down();
    // The first attempt may be made on the connection that was reset.
    assertThatThrownBy(() -> increment(retrying))
        .isInstanceOf(SdkClientException.class)
        .hasRootCauseInstanceOf(ConnectException.class);

    proxy.up();
    increment(once);
    assertThat(value()).isEqualTo(2);
  }

  @Test
  void goingDownResetsWhatIsUnderWay() {
    Rule rule = proxy.when(call("UpdateItem")).hang();
    var call = CompletableFuture.runAsync(() -> increment(once));
    Awaitility.await().until(() -> rule.hits() == 1);

    proxy.down();
    assertThat(call)
        .failsWithin(Duration.ofSeconds(20))
        .withThrowableThat()
        .withRootCauseInstanceOf(SocketException.class);

    proxy.up();
    rule.clear();
    increment(once);
    assertThat(value()).isEqualTo(1);
  }

  @Test
  void nothingOfAClosedProxyIsLeft() {
    Rule hanging = proxy.when(call("UpdateItem")).times(1).hang();
    Rule answered = proxy.when(call("UpdateItem")).delayAnswer(LONG);
    var one = CompletableFuture.runAsync(() -> increment(once));
    Awaitility.await().until(() -> hanging.hits() == 1);
    var other = CompletableFuture.runAsync(() -> increment(once));
    Awaitility.await().until(() -> answered.hits() == 1);
    assertThat(threads()).isPositive();

    proxy.close();

    // The last of them may be on its way out.
    Awaitility.await().until(() -> threads() == 0);
    assertThat(one).failsWithin(Duration.ofSeconds(20));
    assertThat(other).failsWithin(Duration.ofSeconds(20));
  }

  private long threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("fault-proxy-" + proxy.port()))
        .count();
  }

  private void increment(DynamoDbClient client) {
    client.updateItem(
        r ->
            r.tableName(table)
                .key(key())
                .updateExpression("ADD n :one")
                .expressionAttributeValues(Map.of(":one", AttributeValue.fromN("1"))));
  }

  /** What the table holds, asked past the proxy. */
  private long value() {
    AttributeValue n =
        standIns.dynamodb().getItem(r -> r.tableName(table).key(key())).item().get("n");
    return n == null ? 0 : Long.parseLong(n.n());
  }

  private Map<String, AttributeValue> key() {
    return Map.of("user_id", AttributeValue.fromS("faults"), "file_id", AttributeValue.fromS(row));
  }
}
