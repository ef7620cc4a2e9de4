package ai.fileprocessing.e2e;

import ai.fileprocessing.local.LocalServer;
import ai.fileprocessing.local.StandIns;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.sqs.model.Message;

/**
 * A server beside the shared one that takes requests, works nothing, and has little memory. What it
 * queues waits in a queue of its own until a test hands it to the shared server: time in between is
 * the test's to use.
 */
final class SideServer {
  static final String SMALL_HEAP = "-Xmx256m";

  private static final String QUEUE =
      StandIns.shared().sqs().createQueue(it -> it.queueName("side")).queueUrl();

  private SideServer() {}

  static LocalServer get() {
    return Running.SERVER;
  }

  /** Hands over what the server has queued. How many messages that were. */
  static int handOver() {
    List<Message> messages =
        StandIns.shared()
            .sqs()
            .receiveMessage(it -> it.queueUrl(QUEUE).maxNumberOfMessages(10).waitTimeSeconds(5))
            .messages();
    String shared = StandIns.shared().environment().get("JOBS_QUEUE_URL");
    for (Message message : messages) {
      StandIns.shared().sqs().sendMessage(it -> it.queueUrl(shared).messageBody(message.body()));
      StandIns.shared()
          .sqs()
          .deleteMessage(it -> it.queueUrl(QUEUE).receiptHandle(message.receiptHandle()));
    }
    return messages.size();
  }

  private static final class Running {
    static final LocalServer SERVER =
        Deployment.ready(
            Deployment.launch(
                "side",
                Map.of(
                    "JVM_ARGS",
                    SMALL_HEAP,
                    "FILES_MAX_UPLOAD",
                    "300MB",
                    "JOBS_WORKER",
                    "false",
                    "JOBS_QUEUE_URL",
                    QUEUE)));

    private Running() {}
  }
}
