package ai.fileprocessing.jobs;

import ai.fileprocessing.jobs.worker.WaitReason;
import ai.fileprocessing.jobs.worker.WorkerSettings;
import ai.fileprocessing.platform.Backoff;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/** Claims of files that have lost a worker, now or before. */
@ApplicationScoped
class TakeOver {
  /** When a suspect looks again whether its turn has come: those that wait are spread over it. */
  private static final Backoff TURN = new Backoff(Duration.ofSeconds(15), Duration.ofSeconds(15));

  private final ClaimedRow claimed;
  private final Holders holders;
  private final Suspects suspects;
  private final Clock clock;
  private final Duration look;

  @Inject
  TakeOver(
      ClaimedRow claimed,
      Holders holders,
      Suspects suspects,
      Clock clock,
      WorkerSettings settings) {
    this.claimed = claimed;
    this.holders = holders;
    this.suspects = suspects;
    this.clock = clock;
    look = Claims.look(settings);
  }

  /** Claims it, as it was found, unless its turn is yet to come. */
  Claim claim(Ticket ticket, JobSpec spec, String name, JobFile found) {
    ClaimedRow.Left left = left(found);
    int lost = found.progress().mishaps().lost() + (left.died() ? 1 : 0);
    if (suspects.isOne(lost, found.attemptCount()) && !suspects.admit(name)) {
      Duration turn = TURN.delay(1);
      long next = clock.instant().plus(turn).getEpochSecond();
      if (isWaitingForItsTurn(found)) {
        claimed.waitOn(ticket, next);
      } else {
        claimed.setAside(ticket, left, new Waiting(WaitReason.QUEUED, next));
      }
      return new Claim.Aside(turn);
    }
    FileRow.Written taken = claimed.takeOver(ticket, name, left);
    return taken.done() || taken.isClaimedBy(name)
        ? new Claim.Held(ticket, spec, taken.file().orElseThrow())
        : new Claim.Taken(look);
  }

  /** Whether its row says so, and when: one that was never set aside has no time. */
  private static boolean isWaitingForItsTurn(JobFile file) {
    Waiting waiting = file.waiting();
    return waiting != null
        && waiting.reason() == WaitReason.QUEUED
        && waiting.nextAttemptAt() != null;
  }

  private ClaimedRow.Left left(JobFile found) {
    String holder = found.progress().claimedBy();
    if (holder.isEmpty()) {
      return ClaimedRow.Left.FREE;
    }
    return new ClaimedRow.Left(
        holder,
        !holders.isOurs(found),
        found.attemptsAnd(List.of(Attempt.workerLost(clock.instant()))));
  }
}
