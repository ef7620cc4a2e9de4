package ai.fileprocessing.inference;

import ai.fileprocessing.platform.Problem;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Optional;

/**
 * Which models there are, what else they are called, and with which parameters they may be asked.
 */
@ApplicationScoped
class ModelList {
  private final InferenceSettings settings;

  @Inject
  ModelList(InferenceSettings settings) {
    this.settings = settings;
  }

  String resolve(Optional<String> named) {
    String name = named.orElse(settings.models().get(0));
    String id = settings.aliases().getOrDefault(name, name);
    if (settings.models().contains(id)) {
      return id;
    }
    throw Problem.field(
        422,
        "MODEL_UNKNOWN",
        "/model",
        "This model is not offered here. Offered: " + String.join(", ", settings.models()) + ".");
  }

  /**
   * Fills the gaps. A default temperature beside the caller's {@code top_p} is left out, because
   * current Claude models refuse a request that sets both.
   */
  Parameters complete(Optional<Parameters> wanted) {
    Parameters given = wanted.orElse(new Parameters(null, null, null, null));
    int maxTokens = given.maxTokens() == null ? settings.maxTokens() : given.maxTokens();
    if (maxTokens > settings.mostTokens()) {
      throw Problem.field(
          422,
          "FIELD_INVALID",
          "/inference/max_tokens",
          "max_tokens is at most " + settings.mostTokens() + " here.");
    }
    if (given.temperature() != null && given.topP() != null) {
      throw Problem.field(
          422,
          "FIELD_INVALID",
          "/inference/top_p",
          "Set temperature or top_p, not both; current models refuse both.");
    }
    Double temperature =
        given.temperature() == null && given.topP() == null
            ? (Double) settings.temperature()
            : given.temperature();
    return new Parameters(maxTokens, temperature, given.topP(), given.stopSequences());
  }
}
