package ai.fileprocessing.jobs;

import ai.fileprocessing.inference.Ask;
import ai.fileprocessing.inference.Estimate;
import ai.fileprocessing.inference.Inference;
import ai.fileprocessing.platform.Identity;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;

/** Says what a job would do and take, by the very checks of a real one, and creates nothing. */
@ApplicationScoped
class DryRunJob {
  private final InputFiles files;
  private final ComposeAsk asks;
  private final Inference inference;

  @Inject
  DryRunJob(InputFiles files, ComposeAsk asks, Inference inference) {
    this.files = files;
    this.asks = asks;
    this.inference = inference;
  }

  DryRun of(Identity caller, NewJob wanted) {
    Ask ask = asks.of(caller, wanted);
    Mode mode = Mode.of(wanted.mode());
    List<DryRun.Input> inputs = new ArrayList<>();
    List<InputFiles.Check> fitting = new ArrayList<>();
    Estimate sum = Estimate.NONE;
    for (InputFiles.Check check : files.check(caller.userId(), wanted, ask)) {
      Estimate estimate = null;
      if (check.problem() == null) {
        fitting.add(check);
        if (mode == Mode.EACH) {
          estimate = estimate(ask, List.of(check));
          sum = sum.plus(estimate);
        }
      }
      inputs.add(input(check, estimate));
    }
    if (mode == Mode.TOGETHER && !fitting.isEmpty()) {
      sum = estimate(ask, fitting);
    }
    return new DryRun(true, ask.model(), mode.text(), inputs, sum);
  }

  private Estimate estimate(Ask ask, List<InputFiles.Check> together) {
    return inference.estimate(
        ask,
        together.stream().map(it -> it.input().facts()).toList(),
        together.stream().map(InputFiles.Check::route).toList());
  }

  private static DryRun.Input input(InputFiles.Check check, Estimate estimate) {
    JobInput input = check.input();
    return new DryRun.Input(
        check.fileId(),
        input == null ? null : input.file().filename(),
        input == null ? null : input.file().contentType(),
        input == null ? null : (Long) input.file().size(),
        check.problem() == null,
        check.problem(),
        check.route(),
        estimate);
  }
}
