package ai.fileprocessing.jobs;

import ai.fileprocessing.jobs.IdempotencyKeys.Key;
import ai.fileprocessing.jobs.IdempotencyKeys.Known;
import ai.fileprocessing.platform.Problem;
import ai.fileprocessing.platform.Sha256;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;

/** Tells a request that was sent before, by its idempotency key, from one that is new. */
@ApplicationScoped
class RecogniseRequest {
  private final IdempotencyKeys keys;
  private final JobRows rows;
  private final JsonMapper mapper;

  @Inject
  RecogniseRequest(IdempotencyKeys keys, JobRows rows, JsonMapper mapper) {
    this.keys = keys;
    this.rows = rows;
    this.mapper = mapper;
  }

  Key key(String userId, String name, NewJob wanted) {
    return new Key(userId, name, fingerprint(wanted));
  }

  /**
   * The job that was submitted by the same request.
   *
   * @throws Problem 409 when that is being worked at, or its job was deleted; 422 when the key is
   *     another request's
   */
  Optional<Job> earlier(Key key) {
    Known known = keys.look(key);
    if (known instanceof Known.Other) {
      throw Problem.of(
          422,
          "IDEMPOTENCY_KEY_REUSED",
          "This Idempotency-Key was sent with another request. Use a new one for each job.");
    }
    if (known instanceof Known.Reserved) {
      throw inProgress();
    }
    if (known instanceof Known.Used used) {
      return Optional.of(
          rows.find(key.userId(), used.jobId())
              .orElseThrow(
                  () ->
                      Problem.of(
                          409,
                          "IDEMPOTENCY_KEY_SPENT",
                          "The job of this Idempotency-Key was deleted. Use a new key.")));
    }
    return Optional.empty();
  }

  /** Reserves the key for a job that is about to be stored; the job of whoever was faster. */
  Optional<Job> reserve(Key key, String jobId) {
    return keys.reserve(key, jobId)
        ? Optional.empty()
        : Optional.of(earlier(key).orElseThrow(RecogniseRequest::inProgress));
  }

  /** Lets the key go whose job was not stored. */
  void free(Key key, String jobId) {
    keys.free(key, jobId);
  }

  static Problem inProgress() {
    return Problem.passing(
        409,
        "IDEMPOTENCY_KEY_IN_USE",
        "A request with this Idempotency-Key is being worked at the moment. Ask again for its answer.",
        Duration.ofSeconds(1));
  }

  /** A record is written in the order of its parts, and metadata in the order of its names. */
  private String fingerprint(NewJob wanted) {
    NewJob ordered =
        new NewJob(
            wanted.files(),
            wanted.texts(),
            wanted.prompt(),
            wanted.promptId(),
            wanted.model(),
            wanted.mode(),
            wanted.inference(),
            wanted.output(),
            wanted.metadata() == null ? null : new TreeMap<>(wanted.metadata()),
            wanted.maxCost());
    return Sha256.of(mapper.writeValueAsString(ordered));
  }
}
