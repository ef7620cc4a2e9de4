package ai.fileprocessing.platform;

import jakarta.annotation.Priority;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Shutdown;
import jakarta.enterprise.event.Startup;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/**
 * Keeps a server from service whose configuration names what is not there. That is decided at the
 * start: what was found once, and what AWS gave no answer about, is not looked for again, so that
 * no trouble of AWS takes all servers out of service.
 */
@Readiness
@ApplicationScoped
class PlacesCheck implements HealthCheck {
  private static final System.Logger LOG = System.getLogger(PlacesCheck.class.getName());

  /** What is missing may still come: a stack that is being made, a permission that spreads. */
  private static final Duration AGAIN = Duration.ofSeconds(10);

  private final Instance<RoomSettings> rooms;
  private final LookAtPlace look;
  private final ManagedScheduledExecutorService scheduler;
  private volatile Map<String, String> wrong = Map.of();
  private volatile boolean looked;
  private volatile Future<?> looks;

  @Inject
  PlacesCheck(
      @Any Instance<RoomSettings> rooms,
      LookAtPlace look,
      ManagedScheduledExecutorService scheduler) {
    this.rooms = rooms;
    this.look = look;
    this.scheduler = scheduler;
  }

  void start(@Observes @Priority(1_000) Startup start) {
    List<Place> places = rooms.stream().flatMap(it -> it.places().stream()).toList();
    looks =
        scheduler.scheduleWithFixedDelay(
            () -> look(places), 0, AGAIN.toSeconds(), TimeUnit.SECONDS);
  }

  void stop(@Observes Shutdown shutdown) {
    if (looks != null) {
      looks.cancel(true);
    }
  }

  @Override
  public HealthCheckResponse call() {
    HealthCheckResponseBuilder answer =
        HealthCheckResponse.named("places").status(looked && wrong.isEmpty());
    wrong.forEach(answer::withData);
    return answer.build();
  }

  private void look(List<Place> places) {
    if (looked && wrong.isEmpty()) {
      return;
    }
    Map<String, String> found = new TreeMap<>();
    for (Place place : places) {
      if (!looked || wrong.containsKey(place.key())) {
        look.wrong(place, Optional.ofNullable(wrong.get(place.key())))
            .ifPresent(it -> found.put(place.key(), it));
      }
    }
    found.forEach(
        (key, what) -> {
          if (!what.equals(wrong.get(key))) {
            LOG.log(
                Level.ERROR,
                Settings.wrong(key, what).getMessage()
                    + " The server is not ready until that is mended.");
          }
        });
    wrong = Map.copyOf(found);
    looked = true;
  }
}
