package ai.fileprocessing.jobs.worker;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

/**
 * Has one of all processes at a time do what is to be done once in a period. Each asks once in a
 * period, and the turn goes to one that finds that nobody has had it since it asked last: how long
 * that is each measures for itself, so that it does not matter what time the others believe it is.
 */
@ApplicationScoped
class TakeTurn {
  private static final long NEVER = -1;

  private final SharedCount count;
  private final String self;
  private long seen = NEVER;

  @Inject
  TakeTurn(SharedCount count, Peers peers) {
    this(count, peers.self());
  }

  TakeTurn(SharedCount count, String self) {
    this.count = count;
    this.self = self;
  }

  /**
   * Takes the turn. Whoever has it and asks again keeps it, for as long as no other has taken it; a
   * process that asks for the first time only looks.
   */
  synchronized boolean take() {
    if (seen != NEVER && count.raise(seen, self)) {
      seen++;
      return true;
    }
    seen = count.read();
    return false;
  }
}
