package ai.fileprocessing.platform;

import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.ext.Provider;
import java.lang.System.Logger.Level;
import java.util.List;

/**
 * Lets no request into the application without a valid token, whatever its path: what does not
 * exist is not told to strangers. Health, metrics and OpenAPI are other applications of the server.
 */
@Provider
@PreMatching
@Priority(Priorities.AUTHENTICATION)
@ApplicationScoped
public class AuthenticationFilter implements ContainerRequestFilter {
  private static final System.Logger LOG = System.getLogger(AuthenticationFilter.class.getName());
  private static final String SCHEME = "Bearer ";

  @Inject private CognitoTokens tokens;
  @Inject private Caller caller;
  @Inject private RequestId request;

  @Override
  public void filter(ContainerRequestContext context) {
    List<String> headers = context.getHeaders().getOrDefault(HttpHeaders.AUTHORIZATION, List.of());
    if (headers.isEmpty()) {
      throw unauthorized("TOKEN_MISSING", "Send the header 'Authorization: Bearer <token>'.");
    }
    String header = headers.get(0);
    if (headers.size() > 1 || !header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      throw unauthorized("TOKEN_INVALID", "Send one 'Authorization: Bearer <token>' header.");
    }
    try {
      caller.is(tokens.identify(header.substring(SCHEME.length()).strip()));
    } catch (TokenRefused e) {
      LOG.log(Level.DEBUG, "request_id={0} token refused: {1}", request.value(), e.getMessage());
      throw unauthorized(
          "TOKEN_INVALID",
          "The token was not accepted. Sign in again and send an unexpired ID or access token.");
    }
  }

  private static Problem unauthorized(String code, String detail) {
    return Problem.of(401, code, detail);
  }
}
