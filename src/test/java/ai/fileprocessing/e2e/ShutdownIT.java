package ai.fileprocessing.e2e;

import static ai.fileprocessing.e2e.Answers.finished;
import static ai.fileprocessing.e2e.Answers.submitted;
import static ai.fileprocessing.e2e.Answers.uploaded;
import static org.assertj.core.api.Assertions.assertThat;

import ai.fileprocessing.local.LocalServer;
import ai.fileprocessing.local.ServiceClient;
import ai.fileprocessing.local.StandIns;
import java.nio.file.Files;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How a server ends. */
class ShutdownIT {

  @Test
  void aServerWhoseWorkerIsIdleEndsWithinItsGracePeriodWhenItIsTerminated() throws Exception {
    // A queue of its own, so that the work is this server's.
    String queue = StandIns.shared().sqs().createQueue(it -> it.queueName("ending")).queueUrl();
    try (LocalServer server =
        Deployment.launch("ending", Map.of("JOBS_QUEUE_URL", queue)).awaitReady()) {
      ServiceClient alice = Deployment.caller(server, Deployment.newUser());
      finished(alice, submitted(alice, "Read.", uploaded(alice, "some text")));

      server.process().destroy();

      assertThat(server.process().waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(Files.readString(server.log()))
          .contains("CWWKE0036I")
          .doesNotContain("quiesce operation did not complete", "CWWKE1102W", "CWWKE1107W");
    }
  }
}
