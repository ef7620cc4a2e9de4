package ai.fileprocessing.jobs;

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
  private final JobsSettings settings;

  @Inject
  WorkLiveness(WorkLoop loop, JobsSettings settings) {
    this.loop = loop;
    this.settings = settings;
  }

  @Override
  public HealthCheckResponse call() {
    boolean turning = !settings.worker() || loop.isTurning();
    return HealthCheckResponse.named("work-loop").status(turning).build();
  }
}
