package ai.fileprocessing.platform;

import jakarta.enterprise.context.RequestScoped;

/**
 * Who makes this request: known from the token, set once by {@link AuthenticationFilter} before any
 * resource runs.
 */
@RequestScoped
public class Caller {
  private String userId;

  void is(String subject) {
    userId = subject;
  }

  /** The token's {@code sub}: the owner of everything that this request may see or make. */
  public String userId() {
    if (userId == null) {
      throw new IllegalStateException("No caller: this request did not pass the authentication.");
    }
    return userId;
  }
}
