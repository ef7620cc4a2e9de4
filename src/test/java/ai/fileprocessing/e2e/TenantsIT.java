package ai.fileprocessing.e2e;

import static ai.fileprocessing.e2e.Answers.assertProblem;
import static ai.fileprocessing.e2e.Answers.assertStatus;
import static ai.fileprocessing.e2e.Answers.finished;
import static ai.fileprocessing.e2e.Answers.submitted;
import static ai.fileprocessing.e2e.Answers.uploaded;
import static org.assertj.core.api.Assertions.assertThat;

import ai.fileprocessing.local.ServiceClient;
import ai.fileprocessing.local.ServiceClient.Answer;
import ai.fileprocessing.local.StandIns;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Two callers who cannot see each other: what is somebody else's answers as what never was. */
class TenantsIT {
  private static final String PROMPT = "{\"name\": \"n\", \"prompt\": \"p\"}";

  private static ServiceClient alice;
  private static ServiceClient bob;
  private static String file;
  private static String job;
  private static String prompt;

  @BeforeAll
  static void aliceHasAFileAndAJob() throws Exception {
    alice = Deployment.someone();
    bob = Deployment.someone();
    file = uploaded(alice, "alice's own");
    uploaded(alice, "another of hers");
    job = submitted(alice, "Read it.", file);
    finished(alice, job);
    assertStatus(alice.submit(List.of(file), "Again."), 201);
    prompt = assertStatus(alice.post("/prompts", PROMPT), 201).field("prompt_id");
    assertStatus(alice.post("/prompts", PROMPT), 201);
  }

  @Test
  void anotherCallersFileIsAFileThatNeverWas() throws Exception {
    assertSame(bob.get("/files/" + file), bob.get("/files/" + unknown()), "FILE_NOT_FOUND");
    assertSame(
        bob.get("/files/" + file + "/download"),
        bob.get("/files/" + unknown() + "/download"),
        "FILE_NOT_FOUND");
    assertSame(bob.delete("/files/" + file), bob.delete("/files/" + unknown()), "FILE_NOT_FOUND");
    assertStatus(alice.get("/files/" + file), 200);
  }

  @Test
  void anotherCallersJobIsAJobThatNeverWas() throws Exception {
    assertSame(bob.get("/jobs/" + job), bob.get("/jobs/" + unknown()), "JOB_NOT_FOUND");
    assertSame(
        bob.get("/jobs/" + job + "/download/" + file),
        bob.get("/jobs/" + unknown() + "/download/" + file),
        "RESULT_NOT_FOUND");
  }

  @Test
  void anotherCallersPromptIsAPromptThatNeverWas() throws Exception {
    assertSame(bob.get("/prompts/" + prompt), bob.get("/prompts/" + unknown()), "PROMPT_NOT_FOUND");
    assertSame(
        bob.delete("/prompts/" + prompt), bob.delete("/prompts/" + unknown()), "PROMPT_NOT_FOUND");
    for (String condition : List.of("*", "\"1\"", "\"7\"")) {
      assertSame(
          put(bob, "/prompts/" + prompt, condition),
          put(bob, "/prompts/" + unknown(), condition),
          "PROMPT_NOT_FOUND");
    }
    assertThat(assertStatus(alice.get("/prompts/" + prompt), 200).header("ETag"))
        .isEqualTo("\"1\"");
  }

  @Test
  void aGroupThatIsCalledLikeACallerOpensNothing() throws Exception {
    String sub = alice.get("/prompts/" + prompt).field("user_id");
    ServiceClient mallory =
        new ServiceClient(
            Deployment.shared().uri(),
            StandIns.shared()
                .cognito()
                .token(
                    Deployment.newUser(),
                    Map.of(
                        "groups", sub + ",user/" + sub + ",../user/" + sub + ",prompt/" + prompt)));

    assertThat(mallory.get("/prompts").json().size()).isZero();
    assertThat(mallory.get("/prompts?group=user/" + sub).json().size()).isZero();
    assertSame(
        mallory.get("/prompts/" + prompt),
        mallory.get("/prompts/" + unknown()),
        "PROMPT_NOT_FOUND");
  }

  @Test
  void listsHoldWhatIsTheCallersOwn() throws Exception {
    ServiceClient carol = Deployment.someone();

    assertThat(carol.get("/files").json().size()).isZero();
    assertThat(carol.get("/jobs").json().size()).isZero();
    assertThat(carol.get("/prompts").json().size()).isZero();
    assertThat(alice.get("/files").json().size()).isEqualTo(2);
  }

  @Test
  void aJobOverAnotherCallersFileIsRefusedAndCreatesNothing() throws Exception {
    ServiceClient carol = Deployment.someone();
    String own = uploaded(carol, "carol's own");

    Answer refused = carol.submit(List.of(own, file), "Steal.");

    JsonNode problem = assertProblem(refused, 404, "FILE_NOT_FOUND");
    assertThat(problem.path("errors").size()).isEqualTo(1);
    assertThat(problem.path("errors").path(0).path("pointer").stringValue()).isEqualTo("/files/1");
    assertSame(refused, carol.submit(List.of(own, unknown()), "Steal."), "FILE_NOT_FOUND");
    assertThat(carol.get("/jobs").json().size()).isZero();
  }

  @Test
  void anotherCallersOrAnAlteredCursorIsRefused() throws Exception {
    for (String list : List.of("/files", "/jobs", "/prompts")) {
      Answer page = alice.get(list + "?limit=1");
      String cursor = page.header("Link").replaceAll(".*[?&]cursor=([^&>]+).*", "$1");
      assertStatus(alice.get(list + "?limit=1&cursor=" + cursor), 200);

      assertProblem(bob.get(list + "?limit=1&cursor=" + cursor), 400, "PARAMETER_INVALID");
      char last = cursor.charAt(20) == 'A' ? 'B' : 'A';
      String altered = cursor.substring(0, 20) + last + cursor.substring(21);
      assertProblem(alice.get(list + "?limit=1&cursor=" + altered), 400, "PARAMETER_INVALID");
    }
  }

  private static Answer put(ServiceClient caller, String path, String condition) throws Exception {
    return caller.send(
        caller
            .request(path)
            .header("Content-Type", "application/json")
            .header("If-Match", condition)
            .PUT(BodyPublishers.ofString(PROMPT)));
  }

  private static String unknown() {
    // Version 7, as ours are, and a valid variant.
    String any = UUID.randomUUID().toString();
    return any.substring(0, 14) + "7" + any.substring(15);
  }

  /** The same answer but for what names the request itself. */
  private static void assertSame(Answer foreign, Answer unknown, String code) {
    JsonNode one = assertProblem(foreign, 404, code);
    JsonNode other = assertProblem(unknown, 404, code);
    for (String field : List.of("type", "title", "status", "detail", "errors")) {
      assertThat(one.path(field)).isEqualTo(other.path(field));
    }
  }
}
