package ai.fileprocessing.inference;

import ai.fileprocessing.platform.Identity;
import ai.fileprocessing.platform.Page;
import ai.fileprocessing.platform.Paging;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The prompts that callers have saved. A caller sees its own and those shared with one of its
 * Cognito groups; every other is, to every call here, a prompt that does not exist.
 */
public interface Prompts {
  /**
   * Saves a prompt under a new id.
   *
   * @throws ai.fileprocessing.platform.Problem 422 when the prompt is no template of prompts, the
   *     group is not one of the caller's, or the caller has as many prompts as one may have
   */
  SavedPrompt save(Identity caller, NewPrompt wanted);

  /** A prompt that the caller may use, as it is at this moment. */
  Optional<SavedPrompt> find(Identity caller, String promptId);

  /**
   * The prompts that the caller sees, newest first; a page may hold fewer than its limit and still
   * have a next one.
   *
   * @param group only those shared with this group
   * @throws ai.fileprocessing.platform.Problem 400 when the caller is not in that group
   */
  Page<SavedPrompt> list(Identity caller, Optional<String> group, Paging paging);

  /**
   * Puts a new version of a prompt of the caller's own in the place of the last one.
   *
   * @param precondition what the last version must fulfil; it is asked about the very version that
   *     is replaced
   * @throws ai.fileprocessing.platform.Problem 404 when the caller sees no such prompt, 403 when it
   *     is somebody else's, 412 when the precondition fails, 422 when the prompt is no template of
   *     prompts or the group is not one of the caller's, 409 when others change it too often at the
   *     same moment
   */
  SavedPrompt change(
      Identity caller, String promptId, NewPrompt to, Predicate<SavedPrompt> precondition);

  /**
   * Removes a prompt of the caller's own.
   *
   * @param precondition as for a change
   * @throws ai.fileprocessing.platform.Problem as for a change
   */
  void delete(Identity caller, String promptId, Predicate<SavedPrompt> precondition);
}
