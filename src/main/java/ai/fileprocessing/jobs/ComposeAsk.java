package ai.fileprocessing.jobs;

import ai.fileprocessing.inference.Ask;
import ai.fileprocessing.inference.Inference;
import ai.fileprocessing.inference.Prompts;
import ai.fileprocessing.inference.SavedPrompt;
import ai.fileprocessing.platform.Identity;
import ai.fileprocessing.platform.Problem;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Optional;

/** Puts together what a new job asks: everything that a request leaves open is settled by that. */
@ApplicationScoped
class ComposeAsk {
  private final Inference inference;
  private final Prompts prompts;

  @Inject
  ComposeAsk(Inference inference, Prompts prompts) {
    this.inference = inference;
    this.prompts = prompts;
  }

  /**
   * The ask of a request; a saved prompt is taken as it is at this moment.
   *
   * @throws Problem 404 when the caller sees no such prompt, 422 for a model or parameters that the
   *     service does not allow, or a limit that would never be reached
   */
  Ask of(Identity caller, NewJob wanted) {
    boolean sent = wanted.promptId() == null;
    String prompt = sent ? wanted.prompt() : saved(caller, wanted.promptId());
    inference.prompt(
        prompt, Mode.of(wanted.mode()) == Mode.TOGETHER, sent ? "prompt" : "prompt_id");
    String model = inference.model(Optional.ofNullable(wanted.model()));
    refuseUnlimited(model, wanted.maxCost());
    return new Ask(
        model,
        inference.parameters(model, Optional.ofNullable(wanted.inference())),
        prompt,
        inference.output(Optional.ofNullable(wanted.output())));
  }

  private void refuseUnlimited(String model, Long maxCost) {
    if (maxCost != null && !inference.costs(model)) {
      throw Problem.field(
          422,
          "MAX_COST_INVALID",
          "/max_cost",
          "The service knows no price of this model, so that nothing would ever stop the job. Leave max_cost out, or name a model for which GET /models has prices.");
    }
  }

  private String saved(Identity caller, String promptId) {
    return prompts
        .find(caller, promptId)
        .map(SavedPrompt::prompt)
        .orElseThrow(
            () ->
                Problem.field(
                    404,
                    "PROMPT_NOT_FOUND",
                    "/prompt_id",
                    "You have no prompt with this id, and none is shared with you. GET /prompts lists what there is."));
  }
}
