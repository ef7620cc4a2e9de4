package ai.fileprocessing.jobs.worker;

import java.time.Instant;
import java.util.Map;

/**
 * A message in our hands until its lease ends.
 *
 * @param group the caller whose work it is, by which the queue is fair; empty when it has none
 * @param receipt what names it to the queue until it is received again
 * @param receives how often it has been received, this time included
 * @param sentAt when it was sent, by the clock of SQS
 * @param trace of what its work is a part, as {@link ai.fileprocessing.platform.Traces#context} has
 *     it; empty when of nothing
 */
public record Message(
    String body,
    String group,
    String receipt,
    int receives,
    Instant sentAt,
    Map<String, String> trace) {}
