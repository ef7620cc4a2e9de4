package ai.fileprocessing.faults;

import java.io.IOException;

/** Does something before the server hears of the call. */
record Before(Step step) implements Action {
  /** What may wait, reset, or end a process. */
  interface Step {
    void run() throws IOException;
  }

  @Override
  public void beforeForwarding() throws IOException {
    step.run();
  }
}
