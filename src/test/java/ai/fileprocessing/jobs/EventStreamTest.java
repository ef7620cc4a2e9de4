package ai.fileprocessing.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fileprocessing.platform.Json;
import jakarta.ws.rs.core.GenericType;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseBroadcaster;
import jakarta.ws.rs.sse.SseEventSink;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class EventStreamTest {
  private static final JsonMapper JSON = Json.strict();

  private final WatchedJobs jobs = new WatchedJobs();
  private final Job job = jobs.job("alice", "job", 3);
  private final Client client = new Client();
  private final EventStream stream = new EventStream(client, new Events(), JSON, job);

  /** What was sent of one event, under the names of the builder's methods. */
  private record Sent(Map<String, Object> parts) {
    String name() {
      return (String) parts.get("name");
    }

    Object id() {
      return parts.get("id");
    }

    JsonNode json() {
      return JSON.readTree((String) parts.get("data"));
    }
  }

  /** Reads at once, or when it is told to. */
  private static final class Client implements SseEventSink {
    final List<Sent> got = new ArrayList<>();
    CompletableFuture<?> reading = CompletableFuture.completedFuture(null);
    boolean closed;

    List<String> names() {
      return got.stream().map(Sent::name).toList();
    }

    @Override
    public CompletionStage<?> send(OutboundSseEvent event) {
      Map<String, Object> parts = new HashMap<>();
      parts.put("name", event.getName());
      parts.put("id", event.getId());
      parts.put("comment", event.getComment());
      parts.put("data", event.getData());
      parts.put("retry", event.getReconnectDelay());
      got.add(new Sent(parts));
      return reading;
    }

    @Override
    public boolean isClosed() {
      return closed;
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  private static final class Events implements Sse {
    @Override
    public OutboundSseEvent.Builder newEventBuilder() {
      Map<String, Object> parts = new HashMap<>();
      return (OutboundSseEvent.Builder)
          Proxy.newProxyInstance(
              EventStreamTest.class.getClassLoader(),
              new Class<?>[] {OutboundSseEvent.Builder.class},
              (proxy, method, arguments) -> {
                if (method.getName().equals("build")) {
                  return new Event(parts);
                }
                parts.put(method.getName(), arguments[arguments.length - 1]);
                return proxy;
              });
    }

    @Override
    public SseBroadcaster newBroadcaster() {
      throw new UnsupportedOperationException();
    }
  }

  private record Event(Map<String, Object> parts) implements OutboundSseEvent {
    @Override
    public String getId() {
      return (String) parts.get("id");
    }

    @Override
    public String getName() {
      return (String) parts.get("name");
    }

    @Override
    public String getComment() {
      return (String) parts.get("comment");
    }

    @Override
    public long getReconnectDelay() {
      return (Long) parts.getOrDefault("reconnectDelay", -1L);
    }

    @Override
    public boolean isReconnectDelaySet() {
      return parts.containsKey("reconnectDelay");
    }

    @Override
    public Object getData() {
      return parts.get("data");
    }

    @Override
    public Class<?> getType() {
      return String.class;
    }

    @Override
    public java.lang.reflect.Type getGenericType() {
      return new GenericType<String>() {}.getType();
    }

    @Override
    public MediaType getMediaType() {
      return MediaType.TEXT_PLAIN_TYPE;
    }
  }

  @Test
  void itBeginsWithTheWholeJobAndItsVersion() {
    stream.open(false);

    assertThat(client.names()).containsExactly("job");
    assertThat(client.got.get(0).json()).isEqualTo(JSON.readTree(JSON.writeValueAsString(job)));
    assertThat(client.got.get(0).id()).isEqualTo("0");
    assertThat(client.got.get(0).parts()).containsEntry("retry", 2_000L);
  }

  @Test
  void whoKnowsTheJobGetsNoEventBeforeItChanges() {
    stream.open(true);
    stream.see(Optional.of(jobs.now(job)));

    assertThat(client.got).hasSize(1).allMatch(it -> it.name() == null && it.id() == null);
  }

  @Test
  void eachChangedFileIsOneEventAndOnlyTheJobAfterThemMovesTheIdOn() {
    stream.open(false);
    jobs.change(job, 0, FileStatus.PROCESSING);
    jobs.change(job, 2, FileStatus.PROCESSING);

    assertThat(stream.see(Optional.of(jobs.now(job)))).isTrue();

    assertThat(client.names()).containsExactly("job", "file", "file", "job");
    assertThat(client.got.get(1).json().path("file_id").stringValue()).isEqualTo("file-0");
    assertThat(client.got.get(1).json().path("job_id").stringValue()).isEqualTo("job");
    assertThat(client.got.get(1).json().path("status").stringValue()).isEqualTo("PROCESSING");
    assertThat(client.got.get(2).json().path("file_id").stringValue()).isEqualTo("file-2");
    assertThat(client.got).extracting(Sent::id).containsExactly("0", null, null, "2");
    JsonNode told = client.got.get(3).json();
    assertThat(told.path("job_status").stringValue()).isEqualTo("PROCESSING");
    assertThat(told.path("counts").path("processing").intValue()).isEqualTo(2);
    assertThat(told.path("waiting").isNull()).isTrue();
    assertThat(told.path("finished_at").isNull()).isTrue();
    assertThat(told.has("input_files")).isFalse();
  }

  @Test
  void inModeTogetherOneChangeIsToldOfEveryInput() {
    Job together = jobs.together("alice", "together", 2);
    EventStream all = new EventStream(client, new Events(), JSON, together);
    all.open(false);
    jobs.change(together, 0, FileStatus.SUCCEEDED);

    assertThat(all.see(Optional.of(jobs.now(together)))).isFalse();

    assertThat(client.names()).containsExactly("job", "file", "file", "job", "end");
    assertThat(client.got.subList(1, 3))
        .extracting(it -> it.json().path("file_id").stringValue())
        .containsExactly("file-0", "file-1");
    assertThat(client.got.subList(1, 3))
        .extracting(it -> it.json().path("status").stringValue())
        .containsOnly("SUCCEEDED");
  }

  @Test
  void anOlderStateThanTheKnownOneIsNotTold() {
    Job old = jobs.now(job);
    jobs.change(job, 0, FileStatus.PROCESSING);
    EventStream later = new EventStream(client, new Events(), JSON, jobs.now(job));
    later.open(false);

    later.see(Optional.of(old));

    assertThat(client.names()).containsExactly("job");
  }

  @Test
  void itEndsWithTheJob() {
    stream.open(false);
    for (int i = 0; i < 3; i++) {
      jobs.change(job, i, FileStatus.SUCCEEDED);
    }

    assertThat(stream.see(Optional.of(jobs.now(job)))).isFalse();

    assertThat(client.names()).endsWith("job", "end");
    assertThat(client.got.get(5).json().path("reason").stringValue()).isEqualTo("FINISHED");
    assertThat(client.closed).isTrue();
  }

  @Test
  void aJobThatHadEndedIsToldAndThatIsAll() {
    for (int i = 0; i < 3; i++) {
      jobs.change(job, i, FileStatus.SUCCEEDED);
    }

    new EventStream(client, new Events(), JSON, jobs.now(job)).open(false);

    assertThat(client.names()).containsExactly("job", "end");
    assertThat(client.closed).isTrue();
  }

  @Test
  void itEndsWhenTheJobIsGone() {
    stream.open(false);

    assertThat(stream.see(Optional.empty())).isFalse();

    assertThat(client.got.get(1).json().path("reason").stringValue()).isEqualTo("DELETED");
    assertThat(client.closed).isTrue();
  }

  @Test
  void aClientThatReadsSlowlyGetsSeveralChangesAsOneWhenItHasRead() {
    client.reading = new CompletableFuture<>();
    stream.open(false);
    jobs.change(job, 0, FileStatus.PROCESSING);
    assertThat(stream.see(Optional.of(jobs.now(job)))).isTrue();
    jobs.change(job, 0, FileStatus.SUCCEEDED);
    assertThat(stream.see(Optional.of(jobs.now(job)))).isTrue();
    assertThat(client.names()).containsExactly("job");

    client.reading.complete(null);
    stream.see(Optional.of(jobs.now(job)));

    assertThat(client.names()).containsExactly("job", "file", "job");
    assertThat(client.got.get(2).id()).isEqualTo("2");
  }

  @Test
  void aClientThatReadsNothingForSeveralBeatsIsGivenUp() {
    client.reading = new CompletableFuture<>();
    stream.open(false);

    assertThat(stream.beat()).isTrue();
    assertThat(stream.beat()).isTrue();
    assertThat(stream.beat()).isTrue();
    assertThat(stream.beat()).isFalse();

    assertThat(client.closed).isTrue();
    assertThat(client.got).hasSize(1);
  }

  @Test
  void aBeatIsACommentAndTellsWhetherTheClientIsThere() {
    stream.open(false);
    assertThat(stream.beat()).isTrue();
    assertThat(client.got.get(1).name()).isNull();
    assertThat(client.got.get(1).id()).isNull();

    client.reading = CompletableFuture.failedFuture(new java.io.IOException("broken pipe"));

    assertThat(stream.beat()).isFalse();
    assertThat(client.closed).isTrue();
  }

  @Test
  void whatEndsBeforeItHasBegunSaysWhatItKnowsFirst() {
    stream.end();
    assertThat(client.closed).isFalse();

    stream.open(false);

    assertThat(client.names()).containsExactly("job");
    assertThat(client.closed).isTrue();
  }
}
