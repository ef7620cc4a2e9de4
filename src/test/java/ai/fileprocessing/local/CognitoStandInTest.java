package ai.fileprocessing.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.JWTParser;
import com.nimbusds.jwt.SignedJWT;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cognitoidentityprovider.CognitoIdentityProviderClient;
import software.amazon.awssdk.services.cognitoidentityprovider.model.AuthFlowType;
import software.amazon.awssdk.services.cognitoidentityprovider.model.AuthenticationResultType;
import software.amazon.awssdk.services.cognitoidentityprovider.model.InvalidParameterException;
import software.amazon.awssdk.services.cognitoidentityprovider.model.NotAuthorizedException;
import software.amazon.awssdk.services.cognitoidentityprovider.model.ResourceNotFoundException;

class CognitoStandInTest {
  private final Cognito cognito = StandIns.shared().cognito();
  private final String base = "http://127.0.0.1:" + StandIns.shared().ports().cognito();

  @AfterEach
  void keysAreUp() {
    cognito.jwksDown(false);
  }

  @Test
  void anAccessTokenNamesItsClientAndHasNoAudience() throws Exception {
    JWTClaimsSet claims = verified(get("/token?user=alice"), cognito.issuer());

    assertThat(claims.getSubject()).isEqualTo(Cognito.subject("alice"));
    assertThat(claims.getIssuer()).isEqualTo(cognito.issuer());
    assertThat(claims.getClaims())
        .containsEntry("token_use", "access")
        .containsEntry("client_id", "local-client")
        .containsEntry("username", "alice")
        .containsEntry("scope", "aws.cognito.signin.user.admin")
        .containsKeys("origin_jti", "event_id", "auth_time", "iat", "exp", "jti")
        .doesNotContainKey("aud");
  }

  @Test
  void anIdTokenHasAnAudienceAndNoClient() throws Exception {
    JWTClaimsSet claims = verified(get("/token?user=alice&use=id"), cognito.issuer());

    assertThat(claims.getAudience()).containsExactly("local-client");
    assertThat(claims.getClaims())
        .containsEntry("token_use", "id")
        .containsEntry("cognito:username", "alice")
        .containsEntry("email_verified", true)
        .doesNotContainKey("client_id");
  }

  @Test
  void aClaimCanBeSetAsANumberAnArrayOrAString() throws Exception {
    JWTClaimsSet claims =
        verified(
            get(
                "/token?claim.exp=1&claim.cognito:groups="
                    + encoded("[\"admins\"]")
                    + "&claim.sub=&claim.client_id=other"),
            cognito.issuer());

    assertThat(claims.getExpirationTime()).hasTime(1000);
    assertThat(claims.getStringListClaim("cognito:groups")).containsExactly("admins");
    assertThat(claims.getSubject()).isEmpty();
    assertThat(claims.getClaim("client_id")).isEqualTo("other");
  }

  @Test
  void aUserCanBeInGroupsWhichBothKindsOfTokenName() throws Exception {
    for (String use : List.of("access", "id")) {
      assertThat(
              verified(get("/token?groups=readers,writers&use=" + use), cognito.issuer())
                  .getStringListClaim("cognito:groups"))
          .containsExactly("readers", "writers");
      assertThat(verified(get("/token?use=" + use), cognito.issuer()).getClaims())
          .doesNotContainKey("cognito:groups");
    }
  }

  @Test
  void namedClaimsAreLeftOut() throws Exception {
    assertThat(verified(get("/token?omit=sub&omit=client_id"), cognito.issuer()).getClaims())
        .doesNotContainKeys("sub", "client_id")
        .containsKey("username");
  }

  @Test
  void aHeaderFieldCanBeAnythingAndTheSignatureStaysRight() throws Exception {
    SignedJWT token = SignedJWT.parse(get("/token?header.kid=" + encoded("../../x")));

    assertThat(token.getHeader().getKeyID()).isEqualTo("../../x");
    assertThat(token.verify(new RSASSAVerifier(key(cognito.issuer())))).isTrue();
  }

  @Test
  void aTokenOfAlgorithmNoneHasAnEmptySignature() throws Exception {
    String token = get("/token?header.alg=none");

    assertThat(token).endsWith(".");
    assertThat(JWTParser.parse(token).getHeader().getAlgorithm().getName()).isEqualTo("none");
  }

  @Test
  void aTokenOfHs256IsSignedWithThePublicKey() throws Exception {
    byte[] publicKey = key(cognito.issuer()).toRSAPublicKey().getEncoded();

    assertSigned(get("/token?header.alg=HS256"), JWSAlgorithm.HS256, new MACVerifier(publicKey));
  }

  @Test
  void aTokenOfRs512IsSignedWithTheRealKey() throws Exception {
    assertSigned(
        get("/token?header.alg=RS512"),
        JWSAlgorithm.RS512,
        new RSASSAVerifier(key(cognito.issuer())));
  }

  @Test
  void anotherPoolHasItsOwnIssuerAndKeys() throws Exception {
    String token = get("/token?pool=other");
    String issuer = base + "/us-east-1_other";

    assertThat(verified(token, issuer).getIssuer()).isEqualTo(issuer);
    assertThat(SignedJWT.parse(token).verify(new RSASSAVerifier(key(cognito.issuer())))).isFalse();
  }

  @Test
  void aTokenInTheSameJvmIsAsOneOverHttp() throws Exception {
    String token = cognito.token("bob", Map.of("use", "id", "claim.exp", "1"));

    assertThat(verified(token, cognito.issuer()).getClaim("cognito:username")).isEqualTo("bob");
  }

  @Test
  void anUnknownParameterIsNamed() throws Exception {
    assertThat(get("/token?usr=alice")).contains("usr");
  }

  @Test
  void fetchesOfTheKeysAreCountedAndCanFail() throws Exception {
    long before = cognito.jwksFetches();
    cognito.jwksDown(true);

    assertThat(get("/us-east-1_local/.well-known/jwks.json")).contains("down");
    assertThat(cognito.jwksFetches()).isEqualTo(before + 1);
    assertThat(get("/stats")).isEqualTo("{\"jwks_fetches\":" + (before + 1) + "}");
  }

  @Test
  void theDiscoveryDocumentNamesTheKeys() throws Exception {
    assertThat(get("/us-east-1_local/.well-known/openid-configuration"))
        .contains(cognito.issuer() + "/.well-known/jwks.json");
  }

  @Test
  void aPasswordSignsInAndItsRefreshTokenAgain() throws Exception {
    try (CognitoIdentityProviderClient client = client()) {
      AuthenticationResultType result =
          client
              .initiateAuth(
                  r ->
                      r.authFlow(AuthFlowType.USER_PASSWORD_AUTH)
                          .clientId(Cognito.CLIENT_ID)
                          .authParameters(Map.of("USERNAME", "carol", "PASSWORD", "secret")))
              .authenticationResult();
      AuthenticationResultType again =
          client
              .initiateAuth(
                  r ->
                      r.authFlow(AuthFlowType.REFRESH_TOKEN_AUTH)
                          .clientId(Cognito.CLIENT_ID)
                          .authParameters(Map.of("REFRESH_TOKEN", result.refreshToken())))
              .authenticationResult();

      assertThat(result.tokenType()).isEqualTo("Bearer");
      assertThat(result.expiresIn()).isEqualTo(3600);
      assertThat(verified(result.accessToken(), cognito.issuer()).getClaim("username"))
          .isEqualTo("carol");
      assertThat(verified(again.idToken(), cognito.issuer()).getSubject())
          .isEqualTo(Cognito.subject("carol"));
    }
  }

  @Test
  void refusalsAreThoseOfCognito() {
    try (CognitoIdentityProviderClient client = client()) {
      assertThatThrownBy(() -> signIn(client, AuthFlowType.USER_PASSWORD_AUTH, "local-client", ""))
          .isInstanceOf(NotAuthorizedException.class);
      assertThatThrownBy(() -> signIn(client, AuthFlowType.USER_PASSWORD_AUTH, "nobody", "x"))
          .isInstanceOf(ResourceNotFoundException.class);
      assertThatThrownBy(() -> signIn(client, AuthFlowType.USER_SRP_AUTH, "local-client", "x"))
          .isInstanceOf(InvalidParameterException.class);
    }
  }

  static JWTClaimsSet verified(String token, String issuer) {
    try {
      SignedJWT jwt = SignedJWT.parse(token);
      RSAKey key = key(issuer);
      assertThat(jwt.getHeader().getKeyID()).isEqualTo(key.getKeyID());
      assertThat(jwt.getHeader().getAlgorithm()).isEqualTo(JWSAlgorithm.RS256);
      assertThat(jwt.verify(new RSASSAVerifier(key))).isTrue();
      return jwt.getJWTClaimsSet();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static RSAKey key(String issuer) throws Exception {
    return JWKSet.load(URI.create(issuer + "/.well-known/jwks.json").toURL())
        .getKeys()
        .get(0)
        .toRSAKey();
  }

  private static void assertSigned(String token, JWSAlgorithm algorithm, JWSVerifier verifier)
      throws Exception {
    SignedJWT jwt = SignedJWT.parse(token);
    assertThat(jwt.getHeader().getAlgorithm()).isEqualTo(algorithm);
    assertThat(jwt.verify(verifier)).isTrue();
  }

  private static void signIn(
      CognitoIdentityProviderClient client, AuthFlowType flow, String id, String password) {
    client.initiateAuth(
        r ->
            r.authFlow(flow)
                .clientId(id)
                .authParameters(Map.of("USERNAME", "carol", "PASSWORD", password)));
  }

  private CognitoIdentityProviderClient client() {
    return CognitoIdentityProviderClient.builder()
        .endpointOverride(URI.create(base))
        .region(Region.US_EAST_1)
        .credentialsProvider(AnonymousCredentialsProvider.create())
        .httpClientBuilder(Apache5HttpClient.builder())
        .build();
  }

  private String get(String path) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(base + path)).build(),
            HttpResponse.BodyHandlers.ofString())
        .body()
        .strip();
  }

  private static String encoded(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8);
  }
}
