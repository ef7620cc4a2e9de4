package ai.fileprocessing.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.fileprocessing.platform.Json;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sqs.SqsClient;

class LeasesTest {
  private final TestJobs jobs = new TestJobs(Map.of("jobs.lease", "PT3S"));
  private final Leases leases = new Leases(jobs.queue);

  @Test
  void nothingHeldIsNothingToExtend() {
    leases.extend();

    assertThat(leases.size()).isZero();
  }

  @Test
  void everyHeldLeaseIsExtendedAndADroppedOneEnds() {
    List<WorkQueue.Received> received = received(23);
    received.forEach(leases::hold);
    leases.drop(received.get(22));

    await()
        .atMost(Duration.ofSeconds(15))
        .until(
            () -> {
              leases.extend();
              return jobs.depth().equals(List.of(1, 22));
            });
    assertThat(leases.size()).isEqualTo(22);
  }

  @Test
  void aLostLeaseIsForgotten() {
    List<WorkQueue.Received> received = received(12);
    received.forEach(leases::hold);
    jobs.queue.delete(received.get(3));

    leases.extend();

    assertThat(leases.size()).isEqualTo(11);
  }

  @Test
  void whereTheQueueDoesNotAnswerTheLeasesAreKeptForTheNextTry() throws IOException {
    try (SqsClient nobody =
        SqsClient.builder()
            .endpointOverride(URI.create("http://127.0.0.1:" + closedPort()))
            .region(Region.US_EAST_1)
            .credentialsProvider(AnonymousCredentialsProvider.create())
            .overrideConfiguration(o -> o.retryStrategy(AwsRetryStrategy.doNotRetry()))
            .build()) {
      Leases unreachable = new Leases(new WorkQueue(nobody, nobody, Json.strict(), jobs.settings));
      unreachable.hold(new WorkQueue.Received("b", "r"));

      unreachable.extend();

      assertThat(unreachable.size()).isEqualTo(1);
    }
  }

  private static int closedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private List<WorkQueue.Received> received(int count) {
    jobs.queue.send(
        IntStream.range(0, count).mapToObj(i -> new Ticket("u", "j", "f" + i)).toList());
    List<WorkQueue.Received> received = new ArrayList<>();
    while (received.size() < count) {
      received.addAll(jobs.queue.receive(Math.min(WorkQueue.BATCH, count - received.size())));
    }
    return received;
  }
}
