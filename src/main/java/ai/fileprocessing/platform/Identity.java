package ai.fileprocessing.platform;

import java.util.Set;

/**
 * Who somebody is, as a Cognito token says it.
 *
 * @param userId the token's {@code sub}
 * @param groups the Cognito groups of the user when the token was issued, at most 100; empty where
 *     the token names none
 */
public record Identity(String userId, Set<String> groups) {
  public Identity {
    groups = Set.copyOf(groups);
  }
}
