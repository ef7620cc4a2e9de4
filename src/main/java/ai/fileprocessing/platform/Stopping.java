package ai.fileprocessing.platform;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.enterprise.inject.Default;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * Knows at once when the process is told to stop. The server stops its applications much later:
 * first it waits for whatever runs.
 */
@Default
@Readiness
@ApplicationScoped
public class Stopping implements HealthCheck {
  private final List<Runnable> actions = new CopyOnWriteArrayList<>();
  private Thread hook;
  private volatile boolean begun;

  void start(@Observes Startup start) {
    // So that it is there from the start on, and not from the first question for readiness.
  }

  @PostConstruct
  void listen() {
    hook = new Thread(this::begin, "stopping");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Dev mode stops the application without the process; the hook would keep all its classes. */
  @PreDestroy
  void forget() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process ends, and the hook has run or runs.
    }
  }

  /** Has something done at once when the process is told to stop; it must not take long. */
  public void onStop(Runnable action) {
    actions.add(action);
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("not-stopping").status(!begun).build();
  }

  /** By whoever sees it first. */
  synchronized void begin() {
    if (!begun) {
      begun = true;
      actions.forEach(Runnable::run);
    }
  }
}
