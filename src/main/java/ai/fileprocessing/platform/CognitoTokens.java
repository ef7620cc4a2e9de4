package ai.fileprocessing.platform;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.net.MalformedURLException;
import java.net.URI;
import java.text.ParseException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Verifies a Cognito token as the Cognito developer guide asks ("Verifying JSON web tokens"): RS256
 * by a key of the pool, issuer, times, {@code token_use}, and the app client, which an access token
 * names in {@code client_id} and an ID token in {@code aud}.
 *
 * <p>Keys are fetched on first need and kept; a flood of unknown key ids fetches them at most twice
 * in {@link #FETCH_INTERVAL}, and keys once fetched outlive an outage of their endpoint for {@link
 * #OUTAGE}.
 */
@ApplicationScoped
class CognitoTokens {
  private static final Duration FETCH_INTERVAL = Duration.ofSeconds(30);
  private static final Duration KEEP = Duration.ofMinutes(15);
  private static final Duration OUTAGE = Duration.ofHours(4);
  private static final int SKEW_SECONDS = 30;

  /** A subject becomes part of object keys and table keys; Cognito's is a UUID. */
  private static final Pattern SUBJECT = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.@+-]{0,127}");

  private static final String GROUPS = "cognito:groups";

  /** Cognito's own bound (Amazon Cognito quotas, "Groups per user"). */
  private static final int MOST_GROUPS = 100;

  /** As Cognito has it (Amazon Cognito API reference, CreateGroup, GroupName). */
  private static final Pattern GROUP = Pattern.compile("[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]{1,128}");

  private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
  private final List<String> clientIds;

  @Inject
  CognitoTokens(CognitoSettings settings) {
    clientIds = settings.clientIds();
    processor.setJWSKeySelector(
        new JWSVerificationKeySelector<>(JWSAlgorithm.RS256, keysOf(settings.issuer())));
    DefaultJWTClaimsVerifier<SecurityContext> claims =
        new DefaultJWTClaimsVerifier<>(
            new JWTClaimsSet.Builder().issuer(settings.issuer().toString()).build(),
            Set.of("sub", "exp", "iat", "token_use"));
    claims.setMaxClockSkew(SKEW_SECONDS);
    processor.setJWTClaimsSetVerifier(claims);
  }

  /**
   * The subject and the groups of a token that passes every check.
   *
   * @throws TokenRefused with the reason, fit for a log and not for an answer
   */
  Identity identify(String token) throws TokenRefused {
    try {
      JWTClaimsSet claims = processor.process(token, null);
      if (!clientIds.contains(clientOf(claims))) {
        throw new TokenRefused("another app client's token");
      }
      String subject = claims.getSubject();
      if (subject == null || claims.getExpirationTime() == null || claims.getIssueTime() == null) {
        throw new TokenRefused("a claim that is there and null");
      }
      if (!SUBJECT.matcher(subject).matches()) {
        throw new TokenRefused("a subject that cannot be a key");
      }
      return new Identity(subject, groupsOf(claims));
    } catch (ParseException | BadJOSEException | JOSEException | RuntimeException e) {
      // Also runtime exceptions: the library answers some malformed tokens with one.
      throw new TokenRefused(e.getMessage());
    }
  }

  private static String clientOf(JWTClaimsSet claims) throws ParseException, TokenRefused {
    String use = claims.getStringClaim("token_use");
    if ("access".equals(use)) {
      return claims.getStringClaim("client_id");
    }
    if ("id".equals(use) && claims.getAudience().size() == 1) {
      return claims.getAudience().get(0);
    }
    throw new TokenRefused("neither an access token nor an ID token");
  }

  /**
   * A trigger of the pool can put anything into the claim. What Cognito could not have put there is
   * no group; it costs its bearer what a group may see, and not the way in.
   */
  private static Set<String> groupsOf(JWTClaimsSet claims) {
    return claims.getClaim(GROUPS) instanceof List<?> named
        ? named.stream()
            .filter(String.class::isInstance)
            .map(String.class::cast)
            .filter(name -> GROUP.matcher(name).matches())
            .distinct()
            .limit(MOST_GROUPS)
            .collect(Collectors.toSet())
        : Set.of();
  }

  private static JWKSource<SecurityContext> keysOf(URI issuer) {
    try {
      URI keys = URI.create(issuer + "/.well-known/jwks.json");
      return JWKSourceBuilder.create(
              keys.toURL(), new DefaultResourceRetriever(2_000, 2_000, 51_200))
          .cache(KEEP.toMillis(), FETCH_INTERVAL.toMillis())
          .rateLimited(FETCH_INTERVAL.toMillis())
          .outageTolerant(OUTAGE.toMillis())
          .build();
    } catch (MalformedURLException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
