package ai.fileprocessing.e2e;

import static ai.fileprocessing.e2e.Answers.assertProblem;
import static ai.fileprocessing.e2e.Answers.assertStatus;
import static org.assertj.core.api.Assertions.assertThat;

import ai.fileprocessing.local.Cognito;
import ai.fileprocessing.local.LocalServer;
import ai.fileprocessing.local.ServiceClient;
import ai.fileprocessing.local.ServiceClient.Answer;
import ai.fileprocessing.local.StandIns;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Saved prompts, over HTTP: one's own and those of one's groups. */
class PromptsIT {
  private final String group = newGroup();
  private final String user = Deployment.newUser();
  private final ServiceClient alice = member(user, group);
  private final ServiceClient bob = member(Deployment.newUser(), group);
  private final ServiceClient mallory = member(Deployment.newUser(), newGroup());

  @Test
  void aSavedPromptIsThereWhereTheAnswerSaysAsItWasSent() throws Exception {
    long before = System.currentTimeMillis() / 1000;

    Answer saved =
        assertStatus(
            alice.post("/prompts", body("\u00dcbersicht", "a\n\"b\" \uD83D\uDE00", null)), 201);

    JsonNode prompt = saved.json();
    assertThat(prompt.propertyNames())
        .containsExactlyInAnyOrder(
            "prompt_id", "name", "prompt", "user_id", "version", "created_at", "updated_at");
    assertThat(prompt.path("name").stringValue()).isEqualTo("\u00dcbersicht");
    assertThat(prompt.path("prompt").stringValue()).isEqualTo("a\n\"b\" \uD83D\uDE00");
    assertThat(prompt.path("user_id").stringValue()).isEqualTo(Cognito.subject(user));
    assertThat(prompt.path("version").intValue()).isEqualTo(1);
    assertThat(prompt.path("created_at").longValue())
        .isEqualTo(prompt.path("updated_at").longValue())
        .isBetween(before, before + 60);
    assertThat(saved.header("ETag")).isEqualTo("\"1\"");
    String path = "/prompts/" + saved.field("prompt_id");
    assertThat(URI.create(saved.header("Location")).getPath()).isEqualTo(path);

    Answer found = assertStatus(alice.get(path), 200);
    assertThat(found.json()).isEqualTo(prompt);
    assertThat(found.header("ETag")).isEqualTo("\"1\"");
    assertThat(alice.get("/prompts").json()).containsExactly(prompt);
  }

  @Test
  void aChangeIsTheNextVersionAndADeletedPromptIsGone() throws Exception {
    String path = saved(alice, "first", null);

    Answer changed = assertStatus(put(alice, path, body("n", "second", null)), 200);

    assertThat(changed.header("ETag")).isEqualTo("\"2\"");
    assertThat(changed.field("prompt")).isEqualTo("second");
    assertThat(changed.json().path("version").intValue()).isEqualTo(2);
    assertThat(alice.get(path).json()).isEqualTo(changed.json());
    assertStatus(alice.delete(path), 204);
    assertProblem(alice.get(path), 404, "PROMPT_NOT_FOUND");
    assertProblem(alice.delete(path), 404, "PROMPT_NOT_FOUND");
    assertProblem(put(alice, path, body("n", "third", null)), 404, "PROMPT_NOT_FOUND");
    assertThat(alice.get("/prompts").json()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"access", "id"})
  void whoIsInTheGroupReadsWhatIsSharedWithItByEitherKindOfToken(String use) throws Exception {
    String path = saved(alice, "ours", group);
    ServiceClient reader =
        client(Map.of("groups", newGroup() + "," + group, "use", use), Deployment.newUser());

    assertThat(assertStatus(reader.get(path), 200).field("group")).isEqualTo(group);
    assertThat(reader.get("/prompts").json()).containsExactly(alice.get(path).json());
  }

  @Test
  void whoIsInTheGroupDoesNotChangeWhatIsSomebodyElses() throws Exception {
    String path = saved(alice, "ours", group);

    assertProblem(put(bob, path, body("n", "x", group)), 403, "PROMPT_READ_ONLY");
    assertProblem(put(bob, path, body("n", "x", null), "\"1\""), 403, "PROMPT_READ_ONLY");
    assertProblem(bob.delete(path), 403, "PROMPT_READ_ONLY");
    assertThat(alice.get(path).field("prompt")).isEqualTo("ours");
  }

  @Test
  void whoIsInNoGroupOfItSeesNothingOfIt() throws Exception {
    String shared = saved(alice, "ours", group);
    String own = saved(alice, "mine", null);

    for (ServiceClient stranger : List.of(mallory, Deployment.someone())) {
      assertProblem(stranger.get(shared), 404, "PROMPT_NOT_FOUND");
      assertThat(stranger.get("/prompts").json()).isEmpty();
    }
    assertProblem(bob.get(own), 404, "PROMPT_NOT_FOUND");
  }

  @Test
  void whatIsMovedToAnotherGroupIsSeenThereAndNotWhereItWas() throws Exception {
    String other = newGroup();
    ServiceClient owner = member(user, group, other);
    ServiceClient carol = member(Deployment.newUser(), other);
    String path = saved(owner, "ours", group);

    assertStatus(put(owner, path, body("n", "theirs", other)), 200);

    assertProblem(bob.get(path), 404, "PROMPT_NOT_FOUND");
    assertThat(bob.get("/prompts").json()).isEmpty();
    assertThat(carol.get("/prompts").json()).containsExactly(owner.get(path).json());
    assertStatus(put(owner, path, body("n", "mine", null)), 200);
    assertThat(carol.get("/prompts").json()).isEmpty();
    assertThat(owner.get(path).json().has("group")).isFalse();
  }

  @Test
  void aGroupOfOthersIsRefused() throws Exception {
    String path = saved(alice, "mine", null);

    for (Answer refused :
        List.of(
            alice.post("/prompts", body("n", "p", newGroup())),
            put(alice, path, body("n", "p", newGroup())),
            Deployment.someone().post("/prompts", body("n", "p", group)))) {
      assertThat(pointer(assertProblem(refused, 422, "FIELD_INVALID"))).isEqualTo("/group");
    }
    assertThat(alice.get(path).json().path("version").intValue()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a,b", "a/b", "../x", "a&b=c", "100%", "a+b", "{x}", "\u00fc-\uD83D\uDE00"})
  void aGroupOfAnyNameIsSharedWithAndListed(String prefix) throws Exception {
    String strange = prefix + UUID.randomUUID();
    ServiceClient owner = memberOf(Deployment.newUser(), List.of(strange, group));
    ServiceClient reader = memberOf(Deployment.newUser(), List.of(strange));
    String path = saved(owner, "1", strange);
    saved(owner, "2", strange);
    saved(owner, "elsewhere", group);
    String list = "/prompts?limit=1&group=" + encoded(strange);

    Answer first = assertStatus(reader.get(list), 200);
    Answer second = assertStatus(reader.get(next(first)), 200);

    assertThat(first.json()).extracting(it -> it.path("prompt").stringValue()).containsExactly("2");
    assertThat(second.json()).containsExactly(reader.get(path).json());
    assertThat(second.header("Link")).isEmpty();
  }

  @Test
  void aListOfAGroupOfOthersIsRefused() throws Exception {
    saved(alice, "ours", group);

    for (String other : List.of(encoded(group), newGroup(), "", "%00")) {
      JsonNode problem =
          assertProblem(mallory.get("/prompts?group=" + other), 400, "PARAMETER_INVALID");
      assertThat(pointer(problem)).isEqualTo("group");
    }
  }

  @Test
  void theListIsNewestFirstOverOnesOwnAndTheGroupsAndPagedByLinks() throws Exception {
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      expected.add(saved(alice, "own", null));
      expected.add(saved(bob, "bob's", group));
      expected.add(saved(alice, "shared", group));
      saved(bob, "bob's own", null);
    }
    Collections.reverse(expected);

    List<String> seen = new ArrayList<>();
    String page = "/prompts?limit=4";
    while (!page.isEmpty()) {
      Answer answer = assertStatus(alice.get(page), 200);
      answer.json().forEach(it -> seen.add("/prompts/" + it.path("prompt_id").stringValue()));
      page = next(answer);
    }

    assertThat(seen).isEqualTo(expected);
  }

  @Test
  void aChangeOfAVersionThatIsNotTheLastIsRefusedAndSaysWhichIs() throws Exception {
    String path = saved(alice, "first", null);
    assertStatus(put(alice, path, body("n", "second", null), "\"1\""), 200);

    Answer refused = put(alice, path, body("n", "lost", null), "\"1\"");

    assertThat(assertProblem(refused, 412, "PROMPT_CHANGED").path("detail").stringValue())
        .contains("version 2");
    assertProblem(
        alice.send(alice.request(path).header("If-Match", "\"1\"").DELETE()),
        412,
        "PROMPT_CHANGED");
    assertThat(alice.get(path).field("prompt")).isEqualTo("second");
    assertStatus(alice.send(alice.request(path).header("If-Match", "\"2\"").DELETE()), 204);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "\"1\"|200",
        "*|200",
        "\"7\", \"1\"|200",
        "\"7\",\"8\"|412",
        "\"2\"|412",
        "\"01\"|412",
        "\"\"|412",
        "W/\"1\"|412",
        "\"x\"|412",
        "\"-1\"|412",
        "\"99999999999999999999999\"|412"
      })
  void aConditionHoldsAsTheStandardSays(String condition, int status) throws Exception {
    String path = saved(alice, "first", null);

    assertStatus(put(alice, path, body("n", "second", null), condition), status);

    assertThat(alice.get(path).field("prompt")).isEqualTo(status == 200 ? "second" : "first");
  }

  @Test
  void aConditionOnWhatIsNotThereIsAnsweredAsIfThereWereNone() throws Exception {
    String unknown = "/prompts/0197a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b";

    assertProblem(put(alice, unknown, body("n", "p", null), "*"), 404, "PROMPT_NOT_FOUND");
    assertProblem(
        put(mallory, saved(alice, "mine", null), body("n", "p", null), "\"7\""),
        404,
        "PROMPT_NOT_FOUND");
  }

  @Test
  void ofTwentyWhoChangeTheSameVersionAtOnceOneWins() throws Exception {
    String path = saved(alice, "first", null);

    List<Integer> answers =
        atOnce(20, i -> put(alice, path, body("n", "change " + i, null), "\"1\""));

    assertThat(answers).containsOnlyOnce(200);
    assertThat(answers).filteredOn(it -> it != 200).hasSize(19).containsOnly(412);
    assertThat(alice.get(path).field("prompt")).isEqualTo("change " + answers.indexOf(200));
    assertThat(alice.get(path).header("ETag")).isEqualTo("\"2\"");
  }

  @Test
  void changesAndADeleteAtOnceLeaveNothing() throws Exception {
    String path = saved(alice, "first", null);

    List<Integer> answers =
        atOnce(
            10,
            i ->
                i == 5
                    ? alice.delete(path)
                    : put(alice, path, body("n", "x", i % 2 == 0 ? group : null)));

    assertThat(answers.get(5)).isEqualTo(204);
    assertThat(answers).containsOnly(200, 204, 404);
    assertProblem(alice.get(path), 404, "PROMPT_NOT_FOUND");
    assertThat(alice.get("/prompts").json()).isEmpty();
    assertThat(bob.get("/prompts").json()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "''|400|JSON_INVALID",
        "null|400|JSON_INVALID",
        "[]|400|JSON_INVALID",
        "{\"name\": \"n\", \"prompt\": \"p\"|400|JSON_INVALID",
        "{\"name\": \"n\", \"prompt\": \"p\"} {}|400|JSON_INVALID",
        "{\"name\": \"n\", \"name\": \"n\", \"prompt\": \"p\"}|400|JSON_INVALID",
        "{\"name\": 1, \"prompt\": \"p\"}|400|FIELD_TYPE",
        "{\"name\": \"n\", \"prompt\": [\"p\"]}|400|FIELD_TYPE",
        "{\"name\": \"n\", \"prompt\": \"p\", \"group\": {}}|400|FIELD_TYPE",
        "{\"name\": \"n\", \"prompt\": \"p\", \"user_id\": \"x\"}|400|FIELD_UNKNOWN",
        "{\"name\": \"n\", \"prompt\": \"p\", \"version\": 7}|400|FIELD_UNKNOWN",
        "{\"name\": \"n\", \"prompt\": \"p\", \"prompt_id\": \"x\"}|400|FIELD_UNKNOWN",
        "{}|422|FIELD_INVALID",
        "{\"name\": \"\", \"prompt\": \"p\"}|422|FIELD_INVALID",
        "{\"name\": \"n\", \"prompt\": \" \"}|422|FIELD_INVALID",
        "{\"name\": \"\\ud800\", \"prompt\": \"p\"}|422|FIELD_INVALID",
        "{\"name\": \"n\", \"prompt\": \"\\udc00\"}|422|FIELD_INVALID",
        "{\"name\": \"n\", \"prompt\": \"p\", \"group\": \"\"}|422|FIELD_INVALID",
        "{\"name\": \"n\", \"prompt\": \"p\", \"group\": \"\\u0000\"}|422|FIELD_INVALID"
      })
  void aBodyThatIsWrongIsNamedAndChangesNothing(String body, int status, String code)
      throws Exception {
    String path = saved(alice, "mine", null);

    assertProblem(alice.post("/prompts", body), status, code);
    assertProblem(put(alice, path, body), status, code);

    assertThat(alice.get("/prompts").json()).containsExactly(alice.get(path).json());
    assertThat(alice.get(path).header("ETag")).isEqualTo("\"1\"");
  }

  @Test
  void aPromptAsLongAsCanBeIsKeptAndALongerOneRefused() throws Exception {
    String longest = "\u20ac".repeat(65_536);

    String path = saved(alice, longest, group);

    assertThat(bob.get(path).field("prompt")).isEqualTo(longest);
    assertProblem(alice.post("/prompts", body("n", longest + "x", null)), 422, "FIELD_INVALID");
    assertProblem(
        alice.post("/prompts", body("n", "x".repeat(1 << 20), null)), 413, "BODY_TOO_LARGE");
    assertProblem(
        alice.send(
            alice
                .request("/prompts")
                .header("Content-Type", "text/plain")
                .POST(BodyPublishers.ofString("x"))),
        415,
        "MEDIA_TYPE_UNSUPPORTED");
  }

  @Test
  void whoHasAsManyAsMayBeIsToldToDeleteOne() throws Exception {
    try (LocalServer server =
        Deployment.ready(
            Deployment.launch(
                "few-prompts", Map.of("INFERENCE_PROMPTS_MOST", "2", "JOBS_WORKER", "false")))) {
      ServiceClient caller = Deployment.caller(server, Deployment.newUser());
      List<Integer> answers = atOnce(10, i -> caller.post("/prompts", body("n", "p", null)));

      assertThat(answers).filteredOn(it -> it == 201).hasSize(2);
      assertThat(answers).filteredOn(it -> it != 201).containsOnly(422);
      Answer refused = caller.post("/prompts", body("n", "p", null));
      assertThat(assertProblem(refused, 422, "TOO_MANY_PROMPTS").path("detail").stringValue())
          .contains("2", "Delete");
      assertStatus(
          caller.delete(
              "/prompts/" + caller.get("/prompts").json().path(0).path("prompt_id").stringValue()),
          204);
      saved(caller, "again", null);
    }
  }

  private interface Call {
    Answer send(int number) throws Exception;
  }

  private static List<Integer> atOnce(int times, Call call) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(times);
    try {
      List<Callable<Integer>> calls =
          IntStream.range(0, times)
              .<Callable<Integer>>mapToObj(i -> () -> call.send(i).status())
              .toList();
      List<Integer> answers = new ArrayList<>();
      for (Future<Integer> answer : threads.invokeAll(calls)) {
        answers.add(answer.get());
      }
      return answers;
    } finally {
      threads.shutdownNow();
    }
  }

  private static String saved(ServiceClient owner, String prompt, String group) throws Exception {
    return "/prompts/"
        + assertStatus(owner.post("/prompts", body("n", prompt, group)), 201).field("prompt_id");
  }

  private static Answer put(ServiceClient caller, String path, String json) throws Exception {
    return caller.send(
        caller
            .request(path)
            .header("Content-Type", "application/json")
            .PUT(BodyPublishers.ofString(json)));
  }

  private static Answer put(ServiceClient caller, String path, String json, String ifMatch)
      throws Exception {
    return caller.send(
        caller
            .request(path)
            .header("Content-Type", "application/json")
            .header("If-Match", ifMatch)
            .PUT(BodyPublishers.ofString(json)));
  }

  private static String body(String name, String prompt, String group) {
    var body = Answers.JSON.createObjectNode().put("name", name).put("prompt", prompt);
    return (group == null ? body : body.put("group", group)).toString();
  }

  private static String pointer(JsonNode problem) {
    return problem.path("errors").path(0).path("pointer").stringValue();
  }

  /** Path and query of the next page, as they were sent; empty on the last one. */
  private static String next(Answer page) {
    String link = page.header("Link");
    if (link.isEmpty()) {
      return "";
    }
    URI next = URI.create(link.replaceAll("^<([^>]*)>.*", "$1"));
    return next.getRawPath() + "?" + next.getRawQuery();
  }

  private static String newGroup() {
    return "group-" + UUID.randomUUID();
  }

  private static ServiceClient member(String user, String... groups) {
    return client(Map.of("groups", String.join(",", groups)), user);
  }

  /** As a member, of groups whose names may hold commas. */
  private static ServiceClient memberOf(String user, List<String> groups) {
    return client(Map.of("claim.cognito:groups", Answers.JSON.writeValueAsString(groups)), user);
  }

  private static ServiceClient client(Map<String, String> options, String user) {
    return new ServiceClient(
        Deployment.shared().uri(), StandIns.shared().cognito().token(user, options));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
