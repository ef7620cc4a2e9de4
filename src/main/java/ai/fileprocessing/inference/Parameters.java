package ai.fileprocessing.inference;

import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.util.List;

/**
 * How a model is to answer. What is null is left to the configuration, and what that leaves out
 * too, to the model.
 *
 * @param maxTokens the longest answer of one call, in tokens; Bedrock reserves quota for it up
 *     front
 */
public record Parameters(
    @Min(value = 1, message = "max_tokens is at least 1.")
        @Max(value = 1_000_000, message = "max_tokens is at most 1000000.")
        Integer maxTokens,
    @DecimalMin(value = "0", message = "temperature is from 0 to 1.")
        @DecimalMax(value = "1", message = "temperature is from 0 to 1.")
        Double temperature,
    @DecimalMin(value = "0", message = "top_p is from 0 to 1.")
        @DecimalMax(value = "1", message = "top_p is from 0 to 1.")
        Double topP,
    @Size(max = 4, message = "stop_sequences has at most 4 entries.")
        List<
                @NotBlank(message = "A stop sequence is not blank.")
                @Size(max = 256, message = "A stop sequence has at most 256 characters.") String>
            stopSequences) {}
