package ai.fileprocessing.e2e;

import static ai.fileprocessing.e2e.Answers.assertProblem;
import static ai.fileprocessing.e2e.Answers.assertStatus;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import ai.fileprocessing.local.Cognito;
import ai.fileprocessing.local.ServiceClient;
import ai.fileprocessing.local.StandIns;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Who gets in, and what everybody else is told. */
class TokensIT {
  private static final Cognito COGNITO = StandIns.shared().cognito();

  @ParameterizedTest
  @ValueSource(strings = {"access", "id"})
  void anAccessTokenAndAnIdTokenOfTheSameUserAreTheSameCaller(String use) throws Exception {
    String user = Deployment.newUser();
    String file = Answers.uploaded(Deployment.caller(user), "mine");
    String token = COGNITO.token(user, Map.of("use", use));

    ServiceClient caller = new ServiceClient(Deployment.shared().uri(), token);

    assertThat(assertStatus(caller.get("/files/" + file), 200).field("user_id"))
        .isEqualTo(Cognito.subject(user));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bearer", "BEARER"})
  void theSchemesNameIsReadInAnyCase(String scheme) throws Exception {
    RawHttp.Answer answer =
        RawHttp.request("GET /files")
            .header("Authorization", scheme + " " + COGNITO.token("alice"))
            .send(Deployment.shared().uri());

    assertThat(answer.status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /files",
        "POST /files",
        "GET /files/x",
        "GET /files/x/download",
        "DELETE /files/x",
        "POST /jobs",
        "GET /jobs",
        "GET /jobs/x",
        "GET /jobs/x/download/y",
        "POST /prompts",
        "GET /prompts",
        "GET /prompts/x",
        "PUT /prompts/x",
        "DELETE /prompts/x",
        "GET /",
        "GET /no/such/path",
        "PUT /files",
        "OPTIONS /files",
        "GET /error-page/x"
      })
  void noCallIsAnsweredWithoutAToken(String call) throws Exception {
    RawHttp.Answer answer = RawHttp.request(call).body("{}").send(Deployment.shared().uri());

    assertUnauthorized(answer);
    assertThat(answer.header("WWW-Authenticate")).isEqualTo("Bearer");
    assertThat(answer.text()).contains("TOKEN_MISSING");
  }

  static Stream<Arguments> wrongTokens() {
    String good = COGNITO.token("alice");
    String[] parts = good.split("\\.");
    long now = System.currentTimeMillis() / 1000;
    return Stream.of(
        arguments("expired", token("claim.exp", now - 120)),
        arguments("expires in text", token("claim.exp", "\"tomorrow\"")),
        arguments("without expiry", token("omit", "exp")),
        arguments("not yet valid", token("claim.nbf", now + 3600)),
        arguments("another pool's, valid there", token("pool", "other")),
        arguments(
            "another pool's that says it is ours",
            COGNITO.token("alice", Map.of("pool", "other", "claim.iss", COGNITO.issuer()))),
        arguments("another issuer", token("claim.iss", "https://evil.example")),
        arguments("another client", token("client", "another-client")),
        arguments(
            "an ID token for another client",
            COGNITO.token("alice", Map.of("use", "id", "client", "another-client"))),
        arguments(
            "an ID token for two clients",
            COGNITO.token(
                "alice", Map.of("use", "id", "claim.aud", "[\"local-client\",\"another\"]"))),
        arguments("without a client", token("omit", "client_id")),
        arguments("another use", token("claim.token_use", "refresh")),
        arguments("a use that is a number", token("claim.token_use", 1)),
        arguments("without a use", token("omit", "token_use")),
        arguments("an access token that says it is an ID token", token("claim.token_use", "id")),
        arguments("without a subject", token("omit", "sub")),
        arguments("an empty subject", token("claim.sub", "\"\"")),
        arguments("a subject that is a path", token("claim.sub", "../../x")),
        arguments("a subject with a slash", token("claim.sub", "a/b")),
        arguments("algorithm none", token("header.alg", "none")),
        arguments("algorithm None", token("header.alg", "None")),
        arguments("algorithm HS256 with the public key", token("header.alg", "HS256")),
        arguments("algorithm RS512", token("header.alg", "RS512")),
        arguments("algorithm unknown", token("header.alg", "XX1")),
        arguments("no signature", parts[0] + "." + parts[1] + "."),
        arguments("two parts", parts[0] + "." + parts[1]),
        arguments("an altered signature", parts[0] + "." + parts[1] + "." + altered(parts[2])),
        arguments("another's signature", parts[0] + "." + parts[1] + "." + signatureOf("bob")),
        arguments("altered claims", parts[0] + "." + bobsClaims(parts[1]) + "." + parts[2]),
        arguments("five parts", good + ".a.b"),
        arguments("no token", "x"),
        arguments("nothing", ""),
        arguments("dots", ".."),
        arguments("10 KB of letters", "a".repeat(10_240)),
        arguments("kid of a path", token("header.kid", "../../../../etc/passwd")),
        arguments("kid of SQL", token("header.kid", "' OR 1=1 --")),
        arguments("kid of a URL", token("header.kid", "http://127.0.0.1:1/keys")),
        arguments("kid of 10 KB", token("header.kid", "k".repeat(10_240))),
        arguments("kid empty", token("header.kid", "")),
        arguments(
            "keys of its own",
            COGNITO.token(
                "alice", Map.of("pool", "other", "header.jku", "http://127.0.0.1:1/keys"))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("wrongTokens")
  void aTokenThatIsNotOursIsRefused(String what, String token) throws Exception {
    RawHttp.Answer answer =
        RawHttp.request("GET /files").token(token).send(Deployment.shared().uri());

    assertUnauthorized(answer);
    assertThat(answer.header("WWW-Authenticate")).isEqualTo("Bearer error=\"invalid_token\"");
    assertThat(answer.text()).as(what).contains("TOKEN_INVALID").doesNotContain("kid", "RS256");
  }

  @Test
  void twoAuthorizationHeadersAreRefusedWhicheverIsRight() throws Exception {
    String right = COGNITO.token("alice");
    for (String[] both : new String[][] {{right, "x"}, {"x", right}, {right, right}}) {
      RawHttp.Answer answer =
          RawHttp.request("GET /files")
              .token(both[0])
              .token(both[1])
              .send(Deployment.shared().uri());

      assertUnauthorized(answer);
    }
  }

  @Test
  void anotherSchemeIsRefused() throws Exception {
    RawHttp.Answer answer =
        RawHttp.request("GET /files")
            .header("Authorization", "Basic YWxpY2U6YWxpY2U=")
            .send(Deployment.shared().uri());

    assertUnauthorized(answer);
  }

  @Test
  void aTokenInTheQueryIsNoToken() throws Exception {
    RawHttp.Answer answer =
        RawHttp.request("GET /files?access_token=" + COGNITO.token("alice"))
            .send(Deployment.shared().uri());

    assertUnauthorized(answer);
  }

  @Test
  void aFloodOfUnknownKeysFetchesTheKeysAFewTimesAtMost() throws Exception {
    ServiceClient alice = Deployment.caller("alice");
    assertStatus(alice.get("/files"), 200);
    long before = COGNITO.jwksFetches();

    for (int i = 0; i < 100; i++) {
      String token = token("header.kid", "unknown-" + i);
      RawHttp.Answer answer =
          RawHttp.request("GET /files").token(token).send(Deployment.shared().uri());
      assertThat(answer.status()).isEqualTo(401);
    }

    assertThat(COGNITO.jwksFetches() - before).isLessThanOrEqualTo(4);
    assertStatus(alice.get("/files"), 200);
  }

  @Test
  void knownKeysOutliveAnOutageOfTheirEndpoint() throws Exception {
    ServiceClient alice = Deployment.caller("alice");
    assertStatus(alice.get("/files"), 200);
    COGNITO.jwksDown(true);
    try {
      ServiceClient stranger =
          new ServiceClient(Deployment.shared().uri(), token("header.kid", "unknown"));

      assertProblem(stranger.get("/files"), 401, "TOKEN_INVALID");
      assertStatus(alice.get("/files"), 200);
    } finally {
      COGNITO.jwksDown(false);
    }
  }

  private static void assertUnauthorized(RawHttp.Answer answer) throws IOException {
    JsonNode problem = Answers.assertProblem(answer);
    assertThat(answer.status()).as(answer.text()).isEqualTo(401);
    assertThat(problem.path("title").stringValue()).isEqualTo("Unauthorized");
    assertThat(answer.header("WWW-Authenticate")).startsWith("Bearer");
  }

  private static String token(String option, Object value) {
    return COGNITO.token("alice", Map.of(option, value.toString()));
  }

  private static String signatureOf(String user) {
    return COGNITO.token(user).split("\\.")[2];
  }

  private static String altered(String signature) {
    char middle = signature.charAt(100) == 'A' ? 'B' : 'A';
    return signature.substring(0, 100) + middle + signature.substring(101);
  }

  private static String bobsClaims(String claims) {
    String json = new String(Base64.getUrlDecoder().decode(claims), StandardCharsets.UTF_8);
    String changed = json.replace(Cognito.subject("alice"), Cognito.subject("bob"));
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(changed.getBytes(StandardCharsets.UTF_8));
  }
}
