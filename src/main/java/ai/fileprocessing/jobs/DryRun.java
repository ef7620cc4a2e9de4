package ai.fileprocessing.jobs;

import ai.fileprocessing.inference.Estimate;
import ai.fileprocessing.inference.Route;
import java.util.List;

/**
 * What a job would do, of which nothing was done.
 *
 * @param dryRun always true
 * @param files every file and text in its order
 * @param estimate of those that can be processed, all together; in mode together of the one
 *     conversation
 */
public record DryRun(
    boolean dryRun, String model, String mode, List<Input> files, Estimate estimate) {

  /**
   * One file or text.
   *
   * @param fileId of a file; absent for a text, which has none yet
   * @param size in bytes; absent for a file that is not there
   * @param valid whether a job that named it would be accepted
   * @param problem why it would not; absent where it would
   * @param route in which form it would reach the model
   * @param estimate of what asking about it alone takes; absent in mode together, where that is one
   *     conversation
   */
  public record Input(
      String fileId,
      String filename,
      String contentType,
      Long size,
      boolean valid,
      JobFile.Error problem,
      Route route,
      Estimate estimate) {}
}
