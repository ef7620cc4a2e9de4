package ai.fileprocessing.jobs;

import ai.fileprocessing.platform.PreferredWait;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.core.Response;
import java.util.Optional;

/** Answers once a job is not any more what it was when it was asked for, or the time is over. */
final class WaitForChange implements Watcher {
  private final AsyncResponse answer;
  private final Job asked;
  private final PreferredWait wait;
  private final Response gone;

  /**
   * @param asked the job as it was when it was asked for
   * @param gone the answer when the job is deleted meanwhile
   */
  WaitForChange(AsyncResponse answer, Job asked, PreferredWait wait, Response gone) {
    this.answer = answer;
    this.asked = asked;
    this.wait = wait;
    this.gone = gone;
  }

  @Override
  public boolean see(Optional<Job> job) {
    if (job.isEmpty()) {
      answer.resume(gone);
      return false;
    }
    if (job.get().version() <= asked.version()) {
      return true;
    }
    answer(job.get());
    return false;
  }

  @Override
  public void end() {
    answer(asked);
  }

  private void answer(Job job) {
    answer.resume(Response.ok(job).header(PreferredWait.APPLIED, wait.applied()).build());
  }
}
