package ai.fileprocessing.jobs;

import ai.fileprocessing.inference.Usage;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;

/** What the events of a job say, beside the whole job. */
sealed interface JobEvent {

  /**
   * What can change of a job, without its files. What there is none of is null, so that a client
   * can lay it over the job that it has.
   */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  record Progress(
      String jobId,
      JobStatus jobStatus,
      Job.Counts counts,
      Usage usage,
      Waiting waiting,
      long updatedAt,
      long deadline,
      Long finishedAt,
      String jobError)
      implements JobEvent {
    static Progress of(Job job) {
      return new Progress(
          job.jobId(),
          job.jobStatus(),
          job.counts(),
          job.usage(),
          job.waiting(),
          job.updatedAt(),
          job.deadline(),
          job.finishedAt(),
          job.jobError());
    }
  }

  /** A file of the job that has changed. */
  record File(String jobId, @JsonUnwrapped JobFile file) implements JobEvent {}

  /** Nothing will follow. */
  record End(String jobId, Reason reason) implements JobEvent {}

  /** Why nothing will follow. */
  enum Reason {
    /** The job has ended. */
    FINISHED,
    /** The job is gone. */
    DELETED
  }
}
