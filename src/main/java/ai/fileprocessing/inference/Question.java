package ai.fileprocessing.inference;

import java.util.Map;

/**
 * One prompt about one file.
 *
 * @param prompt the user's instructions; they travel apart from the file, so that a file cannot
 *     pose as them
 * @param content the file's bytes
 * @param labels what Bedrock's invocation logs will carry with the call; at most 16 pairs of 256
 *     characters
 */
public record Question(
    String model,
    Parameters parameters,
    String prompt,
    byte[] content,
    Map<String, String> labels) {}
