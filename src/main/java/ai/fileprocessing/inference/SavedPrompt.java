package ai.fileprocessing.inference;

/**
 * A prompt that somebody has saved.
 *
 * @param promptId a UUID version 7
 * @param userId the owner, who alone may change it
 * @param group the Cognito group whose members may read and use it too; null where it is shared
 *     with nobody
 * @param version 1 at first, and one more with each change
 * @param createdAt in seconds since the Unix epoch
 * @param updatedAt when this version was made, in seconds since the Unix epoch
 */
public record SavedPrompt(
    String promptId,
    String name,
    String prompt,
    String userId,
    String group,
    long version,
    long createdAt,
    long updatedAt) {

  SavedPrompt changed(NewPrompt to, long now) {
    return new SavedPrompt(
        promptId, to.name(), to.prompt(), userId, to.group(), version + 1, createdAt, now);
  }
}
