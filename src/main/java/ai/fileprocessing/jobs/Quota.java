package ai.fileprocessing.jobs;

import java.util.Map;

/**
 * How much of what a caller may have open is left, as clients read it ("RateLimit header fields for
 * HTTP", draft-ietf-httpapi-ratelimit-headers).
 */
public record Quota(int mostJobs, int jobsLeft, int mostFiles, int filesLeft) {

  /** The header fields by name. */
  public Map<String, String> headers() {
    return Map.of(
        "RateLimit-Policy",
            "\"open-jobs\";q=%d, \"open-files\";q=%d".formatted(mostJobs, mostFiles),
        "RateLimit", "\"open-jobs\";r=%d, \"open-files\";r=%d".formatted(jobsLeft, filesLeft));
  }

  Quota less(int jobs, int files) {
    return new Quota(
        mostJobs, Math.max(0, jobsLeft - jobs), mostFiles, Math.max(0, filesLeft - files));
  }
}
