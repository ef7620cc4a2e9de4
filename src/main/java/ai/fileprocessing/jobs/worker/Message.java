package ai.fileprocessing.jobs.worker;

/**
 * A message in our hands until its lease ends.
 *
 * @param group the caller whose work it is, by which the queue is fair; empty when it has none
 * @param receipt what names it to the queue until it is received again
 * @param receives how often it has been received, this time included
 */
public record Message(String body, String group, String receipt, int receives) {}
