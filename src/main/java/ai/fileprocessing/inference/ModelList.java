package ai.fileprocessing.inference;

import ai.fileprocessing.inference.Traits.Sampling;
import ai.fileprocessing.platform.Problem;
import ai.fileprocessing.platform.Problem.FieldError;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which models there are, what else they are called, what they can do and cost, and with which
 * parameters they may be asked.
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

  /** The models that a job may name, the default first. */
  List<Model> all() {
    return settings.models().stream().map(this::model).toList();
  }

  private Model model(String id) {
    Traits traits = traits(id);
    return new Model(
        id,
        settings.aliases().entrySet().stream()
            .filter(alias -> alias.getValue().equals(id))
            .map(Map.Entry::getKey)
            .sorted()
            .toList(),
        id.equals(settings.models().get(0)),
        traits.family(),
        traits.formats(),
        traits.limits(),
        traits.features(),
        price(id).orElse(null),
        complete(id, Optional.empty()));
  }

  /**
   * What a model takes and can do; also of one that is offered no more, for jobs that still have
   * it.
   */
  Traits traits(String id) {
    Traits configured = settings.traits().get(id);
    return configured == null ? ModelFamilies.of(id) : configured;
  }

  /** The tokens of one call of a model, with what they cost; nothing where it has no price. */
  Usage priced(String id, Usage tokens) {
    return new Usage(
        tokens.inputTokens(),
        tokens.outputTokens(),
        tokens.cacheReadTokens(),
        tokens.cacheWriteTokens(),
        price(id).map(price -> price.cost(tokens)).orElse(0L));
  }

  /** Whether calls of a model have a price that is not zero. */
  boolean costs(String id) {
    return price(id).filter(price -> price.cost(new Usage(1, 1, 1, 1, 0)) > 0).isPresent();
  }

  private Optional<Price> price(String id) {
    return Optional.ofNullable(settings.prices().get(id))
        .or(() -> Optional.ofNullable(settings.prices().get(traits(id).family())));
  }

  /**
   * Fills the gaps. A default that the model does not take is left out; what the caller asks for
   * and the model does not take is refused.
   */
  Parameters complete(String id, Optional<Parameters> wanted) {
    Parameters given = wanted.orElse(new Parameters(null, null, null, null));
    Sampling sampling = traits(id).features().sampling();
    refuseUnknown(given, sampling);
    Double temperature =
        given.temperature() == null && given.topP() == null && sampling != Sampling.NONE
            ? (Double) settings.temperature()
            : given.temperature();
    return new Parameters(maxTokens(id, given), temperature, given.topP(), given.stopSequences());
  }

  private int maxTokens(String id, Parameters given) {
    int longest = traits(id).limits().outputTokens();
    int most = Math.min(longest, settings.mostTokens());
    if (given.maxTokens() == null) {
      return Math.min(settings.maxTokens(), most);
    }
    if (given.maxTokens() > most) {
      throw Problem.field(
          422,
          "FIELD_INVALID",
          "/inference/max_tokens",
          "max_tokens is at most " + most + (most == longest ? " for this model." : " here."));
    }
    return given.maxTokens();
  }

  private static void refuseUnknown(Parameters given, Sampling sampling) {
    List<FieldError> errors = new ArrayList<>();
    if (sampling == Sampling.NONE && given.temperature() != null) {
      errors.add(
          new FieldError(
              "/inference/temperature", "This model takes no temperature. Leave it out."));
    }
    if (sampling == Sampling.NONE && given.topP() != null) {
      errors.add(new FieldError("/inference/top_p", "This model takes no top_p. Leave it out."));
    }
    if (sampling == Sampling.ONE && given.temperature() != null && given.topP() != null) {
      errors.add(
          new FieldError(
              "/inference/top_p", "Set temperature or top_p, not both; this model refuses both."));
    }
    if (!errors.isEmpty()) {
      throw Problem.of(422, "FIELD_INVALID", errors.get(0).detail(), errors);
    }
  }
}
