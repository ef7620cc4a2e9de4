package ai.fileprocessing.crash;

import static ai.fileprocessing.faults.Call.call;

import ai.fileprocessing.faults.Call;
import ai.fileprocessing.faults.Exchange;
import ai.fileprocessing.faults.FaultProxy;
import ai.fileprocessing.faults.Rule;
import java.util.function.Function;
import java.util.function.Predicate;

/** The moments of a job at which a server is killed, as they are seen on the wire. */
enum CrashPoint {
  /** The rows of its files are there, and the job is none yet. */
  AFTER_DRAFT(pod -> pod.proxies().dynamodb(), call("BatchWriteItem"), true, 1),

  /** The job is stored, and nobody knows of it yet. */
  AFTER_STORE(pod -> pod.proxies().dynamodb(), call("TransactWriteItems"), true, 1),

  /** The queue has its message, and the client no answer. */
  AFTER_SEND(pod -> pod.proxies().sqs(), call("SendMessageBatch"), true, 1),

  /** A dead process has the file in work. */
  AFTER_CLAIM(pod -> pod.proxies().dynamodb(), update("SET #status = :processing"), true, 1),

  /** The model has answered, and nobody has read it. */
  AFTER_ANSWER(pod -> pod.proxies().bedrock(), call("Converse"), true, 2),

  /** The result is kept, and no row tells of it. */
  AFTER_RESULT(
      pod -> pod.proxies().s3(), call("PutObject").withPathContaining("/results/"), true, 1),

  /** As after the result, but the worker knew that it was kept. */
  BEFORE_SETTLE(pod -> pod.proxies().dynamodb(), settle(), false, 1),

  /** The file has ended, and its message comes again. */
  BEFORE_DELETE(pod -> pod.proxies().sqs(), call("DeleteMessageBatch"), false, 1);

  private final Function<Pod, FaultProxy> proxy;
  private final Predicate<Exchange> calls;
  private final boolean answered;
  private final long modelCalls;

  CrashPoint(
      Function<Pod, FaultProxy> proxy,
      Predicate<Exchange> calls,
      boolean answered,
      long modelCalls) {
    this.proxy = proxy;
    this.calls = calls;
    this.answered = answered;
    this.modelCalls = modelCalls;
  }

  /** How many calls of the model a file costs whose server is killed here once. */
  long modelCalls() {
    return modelCalls;
  }

  /** Does something the next time that this server comes to this point. */
  Rule once(Pod pod, Runnable hook) {
    Rule rule = proxy.apply(pod).when(calls).times(1);
    return answered ? rule.afterAnswer(hook) : rule.beforeForwarding(hook);
  }

  /** The write that ends a file with a result. */
  static Predicate<Exchange> settle() {
    return update("SET #status = :status").containing("\"SUCCEEDED\"");
  }

  private static Call update(String expression) {
    return call("UpdateItem").containing(expression);
  }
}
