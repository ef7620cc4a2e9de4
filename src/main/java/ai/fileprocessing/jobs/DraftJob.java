package ai.fileprocessing.jobs;

import ai.fileprocessing.inference.Ask;
import ai.fileprocessing.platform.Identity;
import ai.fileprocessing.platform.Ids;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;

/** Makes a request into a job that is to be stored; refuses what can be known to fail. */
@ApplicationScoped
class DraftJob {
  private final InputFiles files;
  private final ComposeAsk asks;
  private final Ids ids;
  private final Clock clock;
  private final JobsSettings settings;

  @Inject
  DraftJob(InputFiles files, ComposeAsk asks, Ids ids, Clock clock, JobsSettings settings) {
    this.files = files;
    this.asks = asks;
    this.ids = ids;
    this.clock = clock;
    this.settings = settings;
  }

  Draft of(Identity caller, NewJob wanted) {
    Ask ask = asks.of(caller, wanted);
    JobInputs inputs = files.of(caller.userId(), wanted, ask);
    Mode mode = Mode.of(wanted.mode());
    Instant now = clock.instant();
    JobSpec spec =
        new JobSpec(
            caller.userId(),
            ids.next(),
            ask,
            mode,
            wanted.promptId(),
            inputs.all().size(),
            wanted.metadata() == null ? Map.of() : wanted.metadata(),
            now.getEpochSecond(),
            now.plus(settings.deadline()).getEpochSecond(),
            wanted.maxCost());
    return new Draft(
        spec, JobFiles.pending(mode, inputs.all(), now.getEpochSecond()), inputs.texts());
  }
}
