package ai.fileprocessing.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fileprocessing.local.Cognito;
import ai.fileprocessing.local.StandIns;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CognitoTokensTest {
  private final Cognito cognito = StandIns.shared().cognito();
  private final CognitoTokens tokens = tokens();

  @AfterEach
  void keysAreUp() {
    cognito.jwksDown(false);
  }

  @ParameterizedTest
  @ValueSource(strings = {"access", "id"})
  void aRightTokenOfEitherKindNamesItsSubject(String use) throws Exception {
    assertThat(tokens.identify(cognito.token("alice", Map.of("use", use))).userId())
        .isEqualTo(Cognito.subject("alice"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"access", "id"})
  void aTokenOfEitherKindNamesItsGroups(String use) throws Exception {
    assertThat(groups(Map.of("use", use, "groups", "readers,writers")))
        .containsExactlyInAnyOrder("readers", "writers");
    assertThat(groups(Map.of("use", use))).isEmpty();
  }

  @Test
  void aGroupMayHaveAnyNameThatCognitoGives() throws Exception {
    List<String> names =
        List.of(
            "a", "../x", "a,b", "\u00fcn\u00ef-\u20ac", "\uD83D\uDE00", "us-east-1_x_Google", "\"");

    assertThat(groups(Map.of("claim.cognito:groups", json(names))))
        .containsExactlyInAnyOrderElementsOf(names);
  }

  @Test
  void theNameOfAGroupMayHave128CharactersAndNotOneMore() throws Exception {
    String longest = "g".repeat(128);

    assertThat(groups(Map.of("claim.cognito:groups", json(List.of(longest, longest + "g")))))
        .containsExactly(longest);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "readers",
        "null",
        "5",
        "true",
        "{\"a\":\"b\"}",
        "[]",
        "[null]",
        "[5,true,[\"a\"],{\"a\":\"b\"}]",
        "[\"\"]",
        "[\"a b\"]",
        "[\"a\\nb\"]",
        "[\"\\u0000\"]"
      })
  void whatCannotBeAGroupIsNoneAndLocksNobodyOut(String claim) throws Exception {
    Identity identity =
        tokens.identify(cognito.token("alice", Map.of("claim.cognito:groups", claim)));

    assertThat(identity).isEqualTo(new Identity(Cognito.subject("alice"), Set.of()));
  }

  @Test
  void aHundredGroupsCountAndNotOneMore() throws Exception {
    List<String> names = IntStream.range(0, 150).mapToObj(i -> "group-" + i).toList();

    assertThat(groups(Map.of("claim.cognito:groups", json(names))))
        .containsExactlyInAnyOrderElementsOf(names.subList(0, 100));
  }

  @Test
  void anyOfTheConfiguredClientsWillDo() throws Exception {
    CognitoTokens two =
        new CognitoTokens(
            CognitoSettings.from(
                TestFloor.settings(Map.of("cognito.client.ids", "local-client, second"))));

    assertThat(two.identify(cognito.token("alice", Map.of("client", "second"))).userId())
        .isEqualTo(two.identify(cognito.token("alice")).userId());
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "HS256", "HS384", "HS512", "RS384", "RS512", "PS256"})
  void everyOtherAlgorithmIsRefused(String algorithm) {
    assertRefused(Map.of("header.alg", algorithm));
  }

  @ParameterizedTest
  @CsvSource({"access", "id"})
  void anotherPoolsTokenIsRefused(String use) {
    assertRefused(Map.of("pool", "other", "use", use));
  }

  @Test
  void anotherPoolsTokenThatNamesOurPoolIsRefused() {
    assertRefused(Map.of("pool", "other", "claim.iss", cognito.issuer()));
  }

  @ParameterizedTest
  @CsvSource({
    "iss,https://cognito-idp.us-east-1.amazonaws.com/us-east-1_local",
    "iss,",
    "client_id,other",
    "client_id,",
    "client_id,null",
    "client_id,[\"local-client\"]",
    "token_use,id",
    "token_use,refresh",
    "token_use,",
    "token_use,null",
    "token_use,5",
    "exp,1",
    "exp,0",
    "exp,-1",
    "exp,null",
    "exp,\"tomorrow\"",
    "nbf,99999999999",
    "iat,null"
  })
  void aWrongClaimOfAnAccessTokenIsRefused(String claim, String value) {
    assertRefused(Map.of("claim." + claim, value == null ? "" : value));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "aud|other",
        "aud|",
        "aud|null",
        "aud|[]",
        "aud|5",
        "aud|[\"local-client\",\"other\"]",
        "token_use|access"
      })
  void aWrongClaimOfAnIdTokenIsRefused(String claim, String value) {
    assertRefused(Map.of("use", "id", "claim." + claim, value == null ? "" : value));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sub", "exp", "iat", "iss", "token_use", "client_id"})
  void aMissingClaimOfAnAccessTokenIsRefused(String claim) {
    assertRefused(Map.of("omit", claim));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sub", "exp", "iat", "iss", "token_use", "aud"})
  void aMissingClaimOfAnIdTokenIsRefused(String claim) {
    assertRefused(Map.of("use", "id", "omit", claim));
  }

  @Test
  void anIdTokenCannotPassByAClientIdNorAnAccessTokenByAnAudience() {
    assertRefused(Map.of("use", "id", "claim.aud", "other", "claim.client_id", "local-client"));
    assertRefused(Map.of("claim.client_id", "other", "claim.aud", "local-client"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "\" \"",
        "../../x",
        "a/b",
        "a b",
        "a\nb",
        "a\0b",
        ".hidden",
        "-dash",
        "\u00fcn\u00ef",
        "[\"a\"]",
        "{}",
        "true",
        "a%2fb",
        "*"
      })
  void aSubjectThatCannotBeAKeyIsRefused(String subject) {
    assertRefused(Map.of("claim.sub", subject));
  }

  @Test
  void aSubjectMayHave128CharactersAndNotOneMore() throws Exception {
    String longest = "s".repeat(128);

    assertThat(tokens.identify(cognito.token("a", Map.of("claim.sub", longest))).userId())
        .isEqualTo(longest);
    assertRefused(Map.of("claim.sub", longest + "s"));
  }

  @Test
  void aTokenIsGoodForAFewSecondsAfterItsEndAndBeforeItsBeginningAndNoLonger() throws Exception {
    long now = Instant.now().getEpochSecond();

    assertThat(tokens.identify(cognito.token("a", Map.of("claim.exp", "" + (now - 15)))).userId())
        .isNotEmpty();
    assertThat(tokens.identify(cognito.token("a", Map.of("claim.nbf", "" + (now + 15)))).userId())
        .isNotEmpty();
    assertRefused(Map.of("claim.exp", "" + (now - 60)));
    assertRefused(Map.of("claim.nbf", "" + (now + 60)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"../../x", "' OR 1=1 --", "http://127.0.0.1:1/jwks.json", "", "\u0000", "\u2603"})
  void aStrangeKeyIdIsRefused(String kid) {
    assertRefused(Map.of("header.kid", kid));
  }

  @Test
  void aKeyIdOfTenKilobytesIsRefused() {
    assertRefused(Map.of("header.kid", "k".repeat(10_240)));
  }

  @Test
  void keysThatTheTokenBringsAlongAreNotBelieved() {
    assertRefused(
        Map.of("pool", "other", "claim.iss", cognito.issuer(), "header.jku", "http://127.0.0.1:1"));
  }

  @Test
  void anAlteredTokenIsRefused() throws Exception {
    String token = cognito.token("alice");
    String[] parts = token.split("\\.");
    String claims = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8);
    String mallory =
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(
                claims
                    .replace(Cognito.subject("alice"), Cognito.subject("mallory"))
                    .getBytes(StandardCharsets.UTF_8));
    char first = parts[2].charAt(0);
    String flipped = (first == 'A' ? 'B' : 'A') + parts[2].substring(1);

    assertThat(tokens.identify(token).userId()).isEqualTo(Cognito.subject("alice"));
    assertRefused(parts[0] + "." + mallory + "." + parts[2]);
    assertRefused(parts[0] + "." + parts[1] + "." + flipped);
    assertRefused(parts[0] + "." + parts[1] + ".");
    assertRefused(parts[0] + "." + parts[1]);
    assertRefused(token + ".x");
    assertRefused(token + "A");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "..",
        "...",
        "....",
        "a.b.c",
        "Bearer x",
        "e30.e30.e30",
        "bnVsbA.bnVsbA.bnVsbA",
        "\u00e9"
      })
  void whatIsNoTokenIsRefused(String text) {
    assertRefused(text);
  }

  @Test
  void nestingWithoutEndInATokenIsRefused() {
    String deep =
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(("{\"alg\":" + "[".repeat(50_000)).getBytes(StandardCharsets.UTF_8));

    assertRefused(deep + ".e30.AAAA");
  }

  @Test
  void aFloodOfUnknownKeyIdsFetchesTheKeysAFewTimesAtMost() throws Exception {
    long before = cognito.jwksFetches();
    CognitoTokens fresh = tokens();
    for (int i = 0; i < 200; i++) {
      String token = cognito.token("mallory", Map.of("header.kid", "unknown-" + i));
      assertThatThrownBy(() -> fresh.identify(token)).isInstanceOf(TokenRefused.class);
    }

    assertThat(cognito.jwksFetches() - before).isBetween(1L, 3L);
    assertThat(fresh.identify(cognito.token("alice")).userId()).isEqualTo(Cognito.subject("alice"));
  }

  @Test
  void keysOnceFetchedOutliveAnOutageOfTheirEndpoint() throws Exception {
    CognitoTokens fresh = tokens();
    fresh.identify(cognito.token("alice")).userId();

    cognito.jwksDown(true);

    assertThatThrownBy(
            () -> fresh.identify(cognito.token("mallory", Map.of("header.kid", "unknown"))))
        .isInstanceOf(TokenRefused.class);
    assertThat(fresh.identify(cognito.token("bob")).userId()).isEqualTo(Cognito.subject("bob"));
  }

  @Test
  void withoutKeysNobodyIsBelievedAndAnOutageIsGotOver() throws Exception {
    cognito.jwksDown(true);
    CognitoTokens fresh = tokens();
    assertThatThrownBy(() -> fresh.identify(cognito.token("alice")))
        .isInstanceOf(TokenRefused.class);

    cognito.jwksDown(false);

    assertThat(fresh.identify(cognito.token("alice")).userId()).isEqualTo(Cognito.subject("alice"));
  }

  private void assertRefused(Map<String, String> options) {
    assertRefused(cognito.token("alice", new HashMap<>(options)));
  }

  private void assertRefused(String token) {
    assertThatThrownBy(() -> tokens.identify(token)).isInstanceOf(TokenRefused.class);
  }

  private Set<String> groups(Map<String, String> options) throws TokenRefused {
    return tokens.identify(cognito.token("alice", options)).groups();
  }

  private static String json(List<String> names) {
    return Json.strict().writeValueAsString(names);
  }

  private static CognitoTokens tokens() {
    return new CognitoTokens(CognitoSettings.from(TestFloor.settings(Map.of())));
  }
}
