package ai.fileprocessing.platform;

import jakarta.enterprise.context.RequestScoped;

/**
 * Who makes this request: known from the token, set once by {@link AuthenticationFilter} before any
 * resource runs.
 */
@RequestScoped
public class Caller {
  private Identity identity;

  void is(Identity known) {
    identity = known;
  }

  /** The token's {@code sub}: the owner of everything that this request may make. */
  public String userId() {
    return identity().userId();
  }

  /** The caller with its groups, for what is shared with them. */
  public Identity identity() {
    if (identity == null) {
      throw new IllegalStateException("No caller: this request did not pass the authentication.");
    }
    return identity;
  }
}
