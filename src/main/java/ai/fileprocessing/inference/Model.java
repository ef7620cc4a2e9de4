package ai.fileprocessing.inference;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * A model that a job may name.
 *
 * @param aliases what else it may be called
 * @param isDefault whether it is used where a job names none
 * @param family which row of {@link ModelFamilies} it has
 * @param prices null where none are configured
 * @param defaults the parameters of a job that names none
 */
record Model(
    String id,
    List<String> aliases,
    @JsonProperty("default") boolean isDefault,
    String family,
    Traits.Formats formats,
    Traits.Limits limits,
    Traits.Features features,
    @JsonInclude(JsonInclude.Include.ALWAYS) Price prices,
    Parameters defaults) {}
