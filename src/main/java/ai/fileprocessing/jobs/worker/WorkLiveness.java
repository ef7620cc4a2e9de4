package ai.fileprocessing.jobs.worker;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/**
 * Down when the work loop no longer comes round. An outage of AWS does not bring it down: the loop
 * then still turns.
 */
@Liveness
@ApplicationScoped
class WorkLiveness implements HealthCheck {
  private final WorkLoop loop;
  private final WorkerSettings settings;

  @Inject
  WorkLiveness(WorkLoop loop, WorkerSettings settings) {
    this.loop = loop;
    this.settings = settings;
  }

  @Override
  public HealthCheckResponse call() {
    boolean turning = !settings.worker() || loop.isStopping() || loop.isTurning();
    return HealthCheckResponse.named("work-loop").status(turning).build();
  }
}
