package ai.fileprocessing.jobs.worker;

import ai.fileprocessing.platform.Backoff;
import ai.fileprocessing.platform.Traces;
import ai.fileprocessing.platform.Trouble;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import software.amazon.awssdk.core.exception.SdkException;

/** Sees one message through: reads it, lets it in, has it worked, and does as the verdict says. */
@ApplicationScoped
class RunTask {
  private static final System.Logger LOG = System.getLogger(RunTask.class.getName());
  private static final Backoff AFTER_TROUBLE =
      new Backoff(Duration.ofSeconds(2), Duration.ofMinutes(1));

  /**
   * Spreads out what was put off; not for long, or slots would be free and nothing there to take.
   */
  private static final Backoff SPREAD = new Backoff(Duration.ofSeconds(2), Duration.ofSeconds(15));

  private final Work work;
  private final WorkQueue queue;
  private final Leases leases;
  private final Acknowledgements settled;
  private final Gate gate;
  private final Clock clock;
  private final Traces traces;
  private final Trouble trouble;

  @Inject
  RunTask(
      Work work,
      WorkQueue queue,
      Leases leases,
      Acknowledgements settled,
      Gate gate,
      Clock clock,
      Traces traces) {
    this.work = work;
    this.queue = queue;
    this.leases = leases;
    this.settled = settled;
    this.gate = gate;
    this.clock = clock;
    this.traces = traces;
    trouble = new Trouble(LOG, clock);
  }

  void run(Lease lease, Gate.Arrival arrival) {
    Message message = lease.message();
    try {
      Task task = work.prepare(message);
      if (task instanceof Task.Unreadable) {
        LOG.log(Level.ERROR, "A message is none of ours; it goes to the dead-letter queue");
        leases.drop(message);
        queue.bury(message);
      } else if (task instanceof Task.Nothing nothing) {
        LOG.log(Level.INFO, "A message needs no work and is deleted: {0}", nothing.why());
        settled.add(message);
      } else if (task instanceof Task.Open open) {
        open(lease, open, arrival);
      }
    } catch (SdkException e) {
      gate.hesitate();
      trouble.warn("AWS did not answer; the message comes again after a pause", e);
      afterTrouble(() -> postpone(message, AFTER_TROUBLE.delay(message.receives())));
    } catch (RuntimeException e) {
      trouble.warn("Work ended unexpectedly; its message comes again after a pause", e);
      // Not without end: a message with which this happens each time becomes a dead letter.
      afterTrouble(() -> giveBack(message, AFTER_TROUBLE.delay(message.receives())));
    } catch (Error e) {
      leases.drop(message);
      LOG.log(Level.ERROR, "Work ended with an error; its message comes again", e);
      throw e;
    } finally {
      arrival.over();
    }
  }

  private void open(Lease lease, Task.Open task, Gate.Arrival arrival) {
    Gate.Entry entry = gate.enter(task.lane());
    arrival.over();
    if (entry instanceof Gate.Closed closed) {
      putOff(lease.message(), task, closed);
    } else if (entry instanceof Gate.Pass pass) {
      run(lease, task, pass);
    }
  }

  private void run(Lease lease, Task.Open task, Gate.Pass pass) {
    Signal signal = Signal.NONE;
    try {
      Verdict verdict =
          traces.consume(
              queue.name(),
              lease.message().trace(),
              lease.message().receives(),
              () -> task.run(lease));
      signal = verdict.signal();
      heed(lease.message(), verdict);
    } finally {
      gate.leave(pass, signal);
    }
  }

  private void putOff(Message message, Task.Open task, Gate.Closed closed) {
    Instant next =
        closed.crowd() ? closed.next().plus(SPREAD.delay(message.receives())) : closed.next();
    if (task.putOff(closed.reason(), next)) {
      postpone(message, Duration.between(clock.instant(), next));
    } else {
      settled.add(message);
    }
  }

  private void heed(Message message, Verdict verdict) {
    if (verdict instanceof Verdict.Done) {
      settled.add(message);
    } else if (verdict instanceof Verdict.Again again) {
      postpone(message, again.delay());
    } else {
      leases.drop(message);
    }
  }

  /** Dropped first: a lease extended in between would take the place of the delay. */
  private void postpone(Message message, Duration delay) {
    if (leases.drop(message)) {
      queue.postpone(message, delay);
    }
  }

  private void giveBack(Message message, Duration delay) {
    if (leases.drop(message)) {
      queue.giveBack(message, delay);
    }
  }

  private void afterTrouble(Runnable giveBack) {
    try {
      giveBack.run();
    } catch (RuntimeException e) {
      trouble.warn("Nor could the message be given back; it comes when its lease ends", e);
    }
  }
}
