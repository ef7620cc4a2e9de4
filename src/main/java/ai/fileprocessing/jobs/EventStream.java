package ai.fileprocessing.jobs;

import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseEventSink;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import tools.jackson.databind.json.JsonMapper;

/**
 * A job's changes as server-sent events (HTML Living Standard, "Server-sent events").
 *
 * <p>An event's id is the version of the job that a client knows who has got all events up to it.
 * Of the events that one change of the version makes only the last one carries it, so that a
 * connection that breaks between them cannot lose the rest.
 */
final class EventStream implements Watcher {
  private static final System.Logger LOG = System.getLogger(EventStream.class.getName());

  /** How soon a client that lost its connection asks again, in milliseconds. */
  private static final long RECONNECT = 2_000;

  /** How many beats a client may take to read what it was sent before it counts as gone. */
  private static final int SLOWEST = 4;

  private final SseEventSink sink;
  private final Sse sse;
  private final JsonMapper mapper;
  private CompletableFuture<?> sent = CompletableFuture.completedFuture(null);
  private Job known;
  private boolean open;
  private boolean ended;
  private int slow;

  EventStream(SseEventSink sink, Sse sse, JsonMapper mapper, Job job) {
    this.sink = sink;
    this.sse = sse;
    this.mapper = mapper;
    this.known = job;
  }

  /** The id of the event after which a client knows this very state of a job. */
  static String id(Job job) {
    return Long.toString(job.version());
  }

  /** Begins, with the whole job unless the client knows it. */
  synchronized void open(boolean knows) {
    open = true;
    OutboundSseEvent.Builder first = sse.newEventBuilder().reconnectDelay(RECONNECT);
    if (knows) {
      send(first.comment("").build());
    } else {
      send(first.name("job").id(id(known)).data(String.class, json(known)).build());
    }
    if (known.counts().isFinished()) {
      finish(JobEvent.Reason.FINISHED);
    } else if (ended) {
      close();
    }
  }

  @Override
  public synchronized boolean see(Optional<Job> job) {
    if (!open) {
      return true;
    }
    if (isBroken()) {
      return false;
    }
    if (job.isEmpty()) {
      finish(JobEvent.Reason.DELETED);
      return false;
    }
    // To a client that reads slowly several changes become one; they do not pile up here.
    if (!sent.isDone() || job.get().version() <= known.version()) {
      return true;
    }
    tell(job.get());
    if (known.counts().isFinished()) {
      finish(JobEvent.Reason.FINISHED);
    }
    return !known.counts().isFinished();
  }

  @Override
  public synchronized boolean beat() {
    if (!open) {
      return true;
    }
    if (sent.isDone() && !isBroken()) {
      slow = 0;
      send(sse.newEventBuilder().comment("").build());
    } else {
      slow++;
    }
    if (slow >= SLOWEST) {
      closeSink();
    }
    return !isBroken();
  }

  @Override
  public synchronized void end() {
    ended = true;
    // Not before it is open: an empty answer would tell the client never to come back.
    if (open) {
      close();
    }
  }

  private boolean isBroken() {
    if (sent.isCompletedExceptionally()) {
      closeSink();
    }
    return sink.isClosed();
  }

  private void tell(Job job) {
    List<JobFile> before = known.inputFiles();
    for (int i = 0; i < job.inputFiles().size(); i++) {
      JobFile file = job.inputFiles().get(i);
      if (i >= before.size() || file.progress().changes() > before.get(i).progress().changes()) {
        send(event("file", new JobEvent.File(job.jobId(), file)).build());
      }
    }
    send(event("job", JobEvent.Progress.of(job)).id(id(job)).build());
    known = job;
  }

  private void finish(JobEvent.Reason reason) {
    send(event("end", new JobEvent.End(known.jobId(), reason)).build());
    close();
  }

  /** Once everything is written, or cannot be. */
  private void close() {
    sent.whenComplete((done, failure) -> closeSink());
  }

  private void closeSink() {
    try {
      sink.close();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "The client was gone before the end of its stream", e);
    }
  }

  private OutboundSseEvent.Builder event(String name, JobEvent event) {
    return sse.newEventBuilder().name(name).data(String.class, json(event));
  }

  private void send(OutboundSseEvent event) {
    sent = CompletableFuture.allOf(sent, sink.send(event).toCompletableFuture());
  }

  private String json(Object value) {
    return mapper.writeValueAsString(value);
  }
}
