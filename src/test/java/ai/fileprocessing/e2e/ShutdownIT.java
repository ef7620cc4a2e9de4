package ai.fileprocessing.e2e;

import static ai.fileprocessing.e2e.Answers.finished;
import static ai.fileprocessing.e2e.Answers.submitted;
import static ai.fileprocessing.e2e.Answers.uploaded;
import static ai.fileprocessing.e2e.SomeJob.outcomes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.fileprocessing.local.LocalServer;
import ai.fileprocessing.local.ServiceClient;
import ai.fileprocessing.local.StandIns;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** How a server ends. */
class ShutdownIT {
  /** The pods' terminationGracePeriodSeconds, after which Kubernetes kills. */
  private static final Duration GRACE = Duration.ofSeconds(65);

  /** The ways in which a server is told to end. */
  enum End {
    TERMINATED {
      @Override
      void begin(LocalServer server) {
        server.process().destroy();
      }
    },
    STOPPED {
      @Override
      void begin(LocalServer server) throws IOException {
        server.stop();
      }
    };

    abstract void begin(LocalServer server) throws IOException;
  }

  @Test
  void aServerWhoseWorkerIsIdleEndsWithinItsGracePeriodWhenItIsTerminated() throws Exception {
    // A queue of its own, so that the work is this server's.
    String queue = StandIns.shared().sqs().createQueue(it -> it.queueName("ending")).queueUrl();
    try (LocalServer server =
        Deployment.launch("ending", Map.of("JOBS_QUEUE_URL", queue)).awaitReady()) {
      ServiceClient alice = Deployment.caller(server, Deployment.newUser());
      finished(alice, submitted(alice, "Read.", uploaded(alice, "some text")));

      server.process().destroy();

      assertEnds(server);
      assertThat(Files.readString(server.log()))
          .contains("CWWKE0036I")
          .doesNotContain("quiesce operation did not complete", "CWWKE1102W", "CWWKE1107W");
    }
  }

  @ParameterizedTest
  @EnumSource
  void workThatRunsWhenTheServerEndsIsFinished(End end) throws Exception {
    StandIns.shared().bedrock().configure(Map.of("latency_ms", 3_000));
    String queue = StandIns.shared().sqs().createQueue(it -> it.queueName("finishing")).queueUrl();
    try (LocalServer server =
        Deployment.launch("finishing", Map.of("JOBS_QUEUE_URL", queue)).awaitReady()) {
      String user = Deployment.newUser();
      ServiceClient alice = Deployment.caller(server, user);
      String job = submitted(alice, "Read.", uploaded(alice, "some text"));
      awaitModelCall();

      end.begin(server);

      assertEnds(server);
      JsonNode file = Deployment.caller(user).get("/jobs/" + job).json().at("/input_files/0");
      assertThat(file.path("status").stringValue()).isEqualTo("SUCCEEDED");
      assertThat(file.path("attempt_count").intValue()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void workThatOutlivesTheEndIsDoneByTheNextServerLongBeforeItsLeaseEnds(End end) throws Exception {
    StandIns.shared().bedrock().configure(Map.of("hang", true));
    String queue =
        StandIns.shared().sqs().createQueue(it -> it.queueName("handing-back")).queueUrl();
    Map<String, String> settings =
        Map.of("JOBS_QUEUE_URL", queue, "JOBS_DRAIN", "PT1S", "JOBS_LEASE", "PT2H");
    String user = Deployment.newUser();
    String job;
    try (LocalServer server = Deployment.launch("handing-back", settings).awaitReady()) {
      ServiceClient alice = Deployment.caller(server, user);
      job = submitted(alice, "Read.", uploaded(alice, "some text"));
      awaitModelCall();

      end.begin(server);

      assertEnds(server);
    }
    StandIns.shared().bedrock().reset();
    try (LocalServer next = Deployment.launch("taking-over", settings).awaitReady()) {
      JsonNode file =
          await()
              .atMost(Duration.ofSeconds(30))
              .until(
                  () -> Deployment.caller(next, user).get("/jobs/" + job).json(),
                  it -> it.path("finished_at").isNumber())
              .at("/input_files/0");
      assertThat(file.path("status").stringValue()).isEqualTo("SUCCEEDED");
      assertThat(outcomes(file)).containsExactly("CANCELLED", "ANSWERED");
    }
  }

  @AfterEach
  void reset() {
    StandIns.shared().bedrock().reset();
  }

  private static void assertEnds(LocalServer server) throws InterruptedException {
    assertThat(server.process().waitFor(GRACE.toSeconds(), TimeUnit.SECONDS)).isTrue();
  }

  private static void awaitModelCall() {
    await().until(() -> StandIns.shared().bedrock().stats().inFlight() == 1);
  }
}
