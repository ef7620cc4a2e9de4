package ai.fileprocessing.jobs.worker;

/** What messages mean. Its calls may throw: then the message comes again when its lease ends. */
public interface Work {
  /** Reads a message; nothing is begun by that. */
  Task prepare(Message message);

  /** Takes note of a message that ended in the dead-letter queue. May be told again of the same. */
  void dead(Message message);
}
