package ai.fileprocessing.jobs;

import ai.fileprocessing.inference.Usage;
import ai.fileprocessing.jobs.worker.WaitReason;
import ai.fileprocessing.jobs.worker.WorkerSettings;
import ai.fileprocessing.platform.Trouble;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Gives up the claims that the store may still show although nobody in this process works them: it
 * lives, so that no other process takes them over. A claim is looked at a lease after it was left,
 * when no write of it can be on its way any more.
 */
@ApplicationScoped
class ForgottenClaims {
  private static final System.Logger LOG = System.getLogger(ForgottenClaims.class.getName());

  private final Holders holders;
  private final JobRows rows;
  private final Claims claims;
  private final Tickets tickets;
  private final Clock clock;
  private final Duration lease;
  private final LongSupplier nanoTime;
  private final Trouble trouble;

  /** Since when they are known here. */
  private final Map<Ticket, Long> left = new LinkedHashMap<>();

  /** Given up, but not rung for yet. */
  private final Set<Ticket> unrung = new HashSet<>();

  @Inject
  ForgottenClaims(
      Holders holders,
      JobRows rows,
      Claims claims,
      Tickets tickets,
      Clock clock,
      WorkerSettings settings) {
    this(holders, rows, claims, tickets, clock, settings.lease(), System::nanoTime);
  }

  ForgottenClaims(
      Holders holders,
      JobRows rows,
      Claims claims,
      Tickets tickets,
      Clock clock,
      Duration lease,
      LongSupplier nanoTime) {
    this.holders = holders;
    this.rows = rows;
    this.claims = claims;
    this.tickets = tickets;
    this.clock = clock;
    this.lease = lease;
    this.nanoTime = nanoTime;
    trouble = new Trouble(LOG, clock);
  }

  synchronized void giveUp() {
    long now = nanoTime.getAsLong();
    holders.takeForgotten().forEach(it -> left.put(it, now));
    left.entrySet().removeIf(it -> now - it.getValue() > lease.toNanos() && isGivenUp(it.getKey()));
  }

  /** What fails here is tried again, and must not keep the others from being given up. */
  private boolean isGivenUp(Ticket ticket) {
    try {
      if (rows.file(ticket).filter(holders::haveLeft).isPresent()) {
        giveUp(ticket);
      }
      if (unrung.contains(ticket)) {
        tickets.send(List.of(ticket));
        unrung.remove(ticket);
        LOG.log(
            Level.WARNING,
            "job_id={0} file_id={1} was claimed by nobody who worked it; it is tried again",
            ticket.jobId(),
            ticket.fileId());
      }
      return true;
    } catch (RuntimeException e) {
      trouble.warn(ticket + " is claimed by nobody who works it; it is given up later", e);
      return false;
    }
  }

  /** Taken over as from a dead process: so its fence is raised, and the attempt shown as lost. */
  private void giveUp(Ticket ticket) {
    Optional<JobSpec> spec = rows.spec(ticket.userId(), ticket.jobId());
    if (spec.isEmpty()) {
      return;
    }
    Claim claim = claims.claim(ticket, spec.get());
    if (claim instanceof Claim.Held held) {
      Waiting next = new Waiting(WaitReason.QUEUED, clock.instant().getEpochSecond());
      claims.release(held, next, Next.Count.NOTHING, List.of(), Usage.NONE);
    }
    if (claim instanceof Claim.Held || claim instanceof Claim.Aside) {
      unrung.add(ticket);
    }
  }
}
