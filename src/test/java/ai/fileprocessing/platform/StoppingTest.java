package ai.fileprocessing.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class StoppingTest {
  private final Stopping stopping = new Stopping();

  /** The server brings its own. */
  @BeforeAll
  static void provideResponses() {
    HealthCheckResponse.setResponseProvider(PlainResponse::new);
  }

  @AfterAll
  static void provideNoMore() {
    HealthCheckResponse.setResponseProvider(null);
  }

  @Test
  void aServerThatIsToldToStopIsNotReadyAnyMore() {
    assertThat(stopping.call().getStatus()).isEqualTo(Status.UP);

    stopping.begin();

    assertThat(stopping.call().getStatus()).isEqualTo(Status.DOWN);
  }

  @Test
  void whatIsToBeDoneAtTheStopIsDoneOnce() {
    AtomicInteger done = new AtomicInteger();
    stopping.onStop(done::incrementAndGet);

    stopping.begin();
    stopping.begin();

    assertThat(done).hasValue(1);
  }

  private static final class PlainResponse extends HealthCheckResponseBuilder {
    private String name;
    private Status status;

    @Override
    public HealthCheckResponseBuilder name(String given) {
      name = given;
      return this;
    }

    @Override
    public HealthCheckResponseBuilder withData(String key, String value) {
      return this;
    }

    @Override
    public HealthCheckResponseBuilder withData(String key, long value) {
      return this;
    }

    @Override
    public HealthCheckResponseBuilder withData(String key, boolean value) {
      return this;
    }

    @Override
    public HealthCheckResponseBuilder up() {
      return status(true);
    }

    @Override
    public HealthCheckResponseBuilder down() {
      return status(false);
    }

    @Override
    public HealthCheckResponseBuilder status(boolean up) {
      status = up ? Status.UP : Status.DOWN;
      return this;
    }

    @Override
    public HealthCheckResponse build() {
      return new HealthCheckResponse(name, status, Optional.empty());
    }
  }
}
