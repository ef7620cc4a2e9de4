package ai.fileprocessing.local;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What Cognito says in its two kinds of token, and how they differ. */
final class Tokens {
  static final Duration LIFETIME = Duration.ofHours(1);

  private final Clock clock;

  Tokens(Clock clock) {
    this.clock = clock;
  }

  static ObjectNode header(Pool pool) {
    return JsonNodeFactory.instance.objectNode().put("kid", pool.keyId()).put("alg", "RS256");
  }

  /** The same user has the same subject in every run, so that what they own stays theirs. */
  static String subject(String user) {
    return UUID.nameUUIDFromBytes(user.getBytes(StandardCharsets.UTF_8)).toString();
  }

  /** An access token names its client as {@code client_id} and has no audience. */
  ObjectNode access(Pool pool, String user, String client) {
    return common(pool, user)
        .put("client_id", client)
        .put("token_use", "access")
        .put("scope", "aws.cognito.signin.user.admin")
        .put("username", user);
  }

  /** An ID token names its client as the audience. */
  ObjectNode id(Pool pool, String user, String client) {
    return common(pool, user)
        .put("aud", client)
        .put("token_use", "id")
        .put("email_verified", true)
        .put("cognito:username", user)
        .put("email", user.contains("@") ? user : user + "@example.com");
  }

  /** The groups of the user, which both kinds of token name in the same way. */
  static void join(ObjectNode claims, List<String> groups) {
    groups.forEach(claims.putArray("cognito:groups")::add);
  }

  private ObjectNode common(Pool pool, String user) {
    long now = clock.instant().getEpochSecond();
    return JsonNodeFactory.instance
        .objectNode()
        .put("sub", subject(user))
        .put("iss", pool.issuer())
        .put("origin_jti", UUID.randomUUID().toString())
        .put("event_id", UUID.randomUUID().toString())
        .put("auth_time", now)
        .put("iat", now)
        .put("exp", now + LIFETIME.toSeconds())
        .put("jti", UUID.randomUUID().toString());
  }
}
