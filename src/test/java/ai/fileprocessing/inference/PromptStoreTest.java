package ai.fileprocessing.inference;

import static ai.fileprocessing.platform.TestFloor.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import ai.fileprocessing.local.StandIns;
import ai.fileprocessing.platform.Identity;
import ai.fileprocessing.platform.Ids;
import ai.fileprocessing.platform.Page;
import ai.fileprocessing.platform.Paging;
import ai.fileprocessing.platform.Problem;
import ai.fileprocessing.platform.Row;
import ai.fileprocessing.platform.TestFloor;
import ai.fileprocessing.platform.TickingClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

class PromptStoreTest {
  private static final Predicate<SavedPrompt> ANY = seen -> true;

  private final TickingClock clock = new TickingClock(1_700_000_000);
  private final Prompts prompts = TestPrompts.over(clock);
  private final String readers = group();
  private final String writers = group();
  private final Identity alice = new Identity(TestFloor.user(), Set.of(readers, writers));
  private final Identity bob = new Identity(TestFloor.user(), Set.of(readers));
  private final Identity mallory = new Identity(TestFloor.user(), Set.of(group()));

  @Test
  void aSavedPromptIsDescribedAndFound() {
    SavedPrompt saved = save(alice, "Zeile 1\n\"\u00fc\" \uD83D\uDE00", readers);

    assertThat(saved)
        .isEqualTo(
            new SavedPrompt(
                saved.promptId(),
                "a name",
                "Zeile 1\n\"\u00fc\" \uD83D\uDE00",
                alice.userId(),
                readers,
                1,
                1_700_000_000,
                1_700_000_000));
    assertThat(Ids.isOne(saved.promptId())).isTrue();
    assertThat(prompts.find(alice, saved.promptId())).contains(saved);
  }

  @Test
  void aPromptThatNoJobCouldUseIsNotSaved() {
    SavedPrompt saved = save(alice, "fine", null);

    assertProblem(() -> save(alice, "{{unknown}}", null), 422, "PROMPT_INVALID", "/prompt");
    assertProblem(
        () ->
            prompts.change(
                alice, saved.promptId(), new NewPrompt("n", "{{file}}{{file}}", null), ANY),
        422,
        "PROMPT_INVALID",
        "/prompt");
    assertThat(prompts.find(alice, saved.promptId())).contains(saved);
  }

  @Test
  void thePromptMayBeAsLongAsCanBeInTheLongestCharacters() {
    SavedPrompt saved = save(alice, "\u20ac".repeat(NewPrompt.LONGEST_PROMPT), readers);

    assertThat(prompts.find(alice, saved.promptId())).contains(saved);
  }

  @Test
  void aPromptOfOnesOwnIsNobodyElses() {
    SavedPrompt saved = save(alice, "mine", null);

    assertThat(prompts.find(bob, saved.promptId())).isEmpty();
    assertThat(list(bob)).isEmpty();
    assertProblem(() -> change(bob, saved, "x", null, ANY), 404, "PROMPT_NOT_FOUND");
    assertProblem(() -> prompts.delete(bob, saved.promptId(), ANY), 404, "PROMPT_NOT_FOUND");
    assertThat(prompts.find(alice, saved.promptId())).contains(saved);
  }

  @Test
  void whoIsInItsGroupReadsItAndDoesNotChangeIt() {
    SavedPrompt saved = save(alice, "ours", readers);

    assertThat(prompts.find(bob, saved.promptId())).contains(saved);
    assertThat(list(bob)).containsExactly(saved);
    assertProblem(() -> change(bob, saved, "x", readers, ANY), 403, "PROMPT_READ_ONLY");
    assertProblem(() -> prompts.delete(bob, saved.promptId(), ANY), 403, "PROMPT_READ_ONLY");
    assertThat(prompts.find(alice, saved.promptId())).contains(saved);
  }

  @Test
  void whoIsNotInItsGroupDoesNotSeeIt() {
    SavedPrompt saved = save(alice, "ours", writers);

    assertThat(prompts.find(bob, saved.promptId())).isEmpty();
    assertThat(prompts.find(mallory, saved.promptId())).isEmpty();
    assertThat(list(mallory)).isEmpty();
    assertProblem(() -> change(bob, saved, "x", null, ANY), 404, "PROMPT_NOT_FOUND");
  }

  @Test
  void theOwnerKeepsItAfterLeavingTheGroup() {
    SavedPrompt saved = save(alice, "ours", readers);
    Identity left = new Identity(alice.userId(), Set.of());

    assertThat(prompts.find(left, saved.promptId())).contains(saved);
    assertThat(list(left)).containsExactly(saved);
    assertProblem(() -> change(left, saved, "x", readers, ANY), 422, "FIELD_INVALID", "/group");
    assertThat(change(left, saved, "x", null, ANY).group()).isNull();
    assertThat(list(bob)).isEmpty();
  }

  @Test
  void aGroupThatIsNotTheCallersIsRefusedBeforeAnythingIsLookedUp() {
    SavedPrompt saved = save(alice, "ours", readers);

    assertProblem(() -> save(bob, "x", writers), 422, "FIELD_INVALID", "/group");
    assertProblem(() -> change(alice, saved, "x", group(), ANY), 422, "FIELD_INVALID", "/group");
    assertProblem(() -> change(bob, saved, "x", writers, ANY), 422, "FIELD_INVALID", "/group");
    assertThat(list(bob)).containsExactly(saved);
  }

  @Test
  void aGroupCalledLikeAPlaceOfSomebodyElseLeadsNowhere() {
    SavedPrompt own = save(alice, "mine", null);
    Identity sly =
        new Identity(
            TestFloor.user(),
            Set.of(
                "../user/" + alice.userId(),
                "user/" + alice.userId(),
                alice.userId(),
                "prompt/" + own.promptId()));

    assertThat(list(sly)).isEmpty();
    assertThat(prompts.find(sly, own.promptId())).isEmpty();
  }

  @Test
  void aChangeIsANewVersionAndNothingElseOfItMoves() {
    SavedPrompt first = save(alice, "first", readers);
    clock.tick(Duration.ofSeconds(5));

    SavedPrompt second =
        prompts.change(
            alice, first.promptId(), new NewPrompt("other name", "second", readers), ANY);

    assertThat(second)
        .isEqualTo(
            new SavedPrompt(
                first.promptId(),
                "other name",
                "second",
                alice.userId(),
                readers,
                2,
                1_700_000_000,
                1_700_000_005));
    assertThat(prompts.find(bob, first.promptId())).contains(second);
    assertThat(list(bob)).containsExactly(second);
    assertThat(list(alice)).containsExactly(second);
  }

  @Test
  void aChangeOfTheGroupMovesItFromOneToTheOther() {
    Identity writer = new Identity(TestFloor.user(), Set.of(writers));
    SavedPrompt saved = save(alice, "ours", readers);

    SavedPrompt moved = change(alice, saved, "ours", writers, ANY);

    assertThat(list(bob)).isEmpty();
    assertThat(prompts.find(bob, saved.promptId())).isEmpty();
    assertThat(list(writer)).containsExactly(moved);
    assertThat(list(alice, readers)).isEmpty();
    assertThat(list(alice, writers)).containsExactly(moved);

    SavedPrompt own = change(alice, moved, "mine", null, ANY);

    assertThat(list(writer)).isEmpty();
    assertThat(list(alice)).containsExactly(own);
    assertThat(list(alice, writers)).isEmpty();

    SavedPrompt again = change(alice, own, "ours", readers, ANY);

    assertThat(list(bob)).containsExactly(again);
  }

  @Test
  void aDeletedPromptIsGoneFromEveryList() {
    SavedPrompt saved = save(alice, "ours", readers);

    prompts.delete(alice, saved.promptId(), ANY);

    assertThat(prompts.find(alice, saved.promptId())).isEmpty();
    assertThat(list(alice)).isEmpty();
    assertThat(list(bob)).isEmpty();
    assertProblem(() -> prompts.delete(alice, saved.promptId(), ANY), 404, "PROMPT_NOT_FOUND");
    assertProblem(() -> change(alice, saved, "x", null, ANY), 404, "PROMPT_NOT_FOUND");
  }

  @Test
  void aPreconditionIsAskedAboutTheLastVersion() {
    SavedPrompt first = save(alice, "first", null);
    SavedPrompt second = change(alice, first, "second", null, isVersion(1));

    assertProblem(() -> change(alice, first, "x", null, isVersion(1)), 412, "PROMPT_CHANGED");
    assertProblem(
        () -> prompts.delete(alice, first.promptId(), isVersion(1)), 412, "PROMPT_CHANGED");
    assertThat(prompts.find(alice, first.promptId())).contains(second);
    prompts.delete(alice, first.promptId(), isVersion(2));
    assertThat(list(alice)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "x", "../x", "\0", "0197a1b2-c3d4-4e5f-8a6b-7c8d9e0f1a2b"})
  void whatIsNoIdIsNotThere(String id) {
    assertThat(prompts.find(alice, id)).isEmpty();
    assertProblem(() -> prompts.delete(alice, id, ANY), 404, "PROMPT_NOT_FOUND");
  }

  @Test
  void theListIsNewestFirstOverOnesOwnAndAllGroupsInPagesWithoutGapsOrDoubles() {
    Identity carol = new Identity(TestFloor.user(), Set.of(writers));
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      expected.add(save(alice, "own", null).promptId());
      expected.add(save(alice, "own and shared", readers).promptId());
      expected.add(save(bob, "bob's", readers).promptId());
      expected.add(save(carol, "carol's", writers).promptId());
      save(bob, "bob's own", null);
      save(mallory, "another's", mallory.groups().iterator().next());
    }
    Collections.reverse(expected);

    List<String> seen = new ArrayList<>();
    List<Integer> sizes = new ArrayList<>();
    Optional<String> after = Optional.empty();
    do {
      Page<SavedPrompt> page = prompts.list(alice, Optional.empty(), new Paging(8, after));
      page.items().forEach(prompt -> seen.add(prompt.promptId()));
      sizes.add(page.items().size());
      after = page.next();
    } while (after.isPresent());

    assertThat(seen).isEqualTo(expected);
    assertThat(sizes).containsExactly(8, 8, 4);
  }

  @Test
  void aPageThatIsJustFullIsTheLastOne() {
    save(alice, "1", readers);
    save(alice, "2", readers);

    assertThat(prompts.list(alice, Optional.empty(), new Paging(2, Optional.empty())).next())
        .isEmpty();
    assertThat(prompts.list(alice, Optional.of(readers), new Paging(2, Optional.empty())).next())
        .isEmpty();
  }

  @Test
  void aPromptSavedOrDeletedMeanwhileMovesNoPage() {
    SavedPrompt oldest = save(alice, "oldest", readers);
    SavedPrompt older = save(alice, "older", null);
    SavedPrompt newest = save(alice, "newest", readers);
    Page<SavedPrompt> first =
        prompts.list(alice, Optional.empty(), new Paging(2, Optional.empty()));
    save(alice, "newer still", null);
    prompts.delete(alice, older.promptId(), ANY);

    assertThat(first.items()).containsExactly(newest, older);
    assertThat(prompts.list(alice, Optional.empty(), new Paging(2, first.next())).items())
        .containsExactly(oldest);
  }

  @Test
  void aGroupsListHoldsWhatIsSharedWithItAndNothingElse() {
    SavedPrompt bobs = save(bob, "bob's", readers);
    SavedPrompt own = save(alice, "own", readers);
    save(alice, "another group's", writers);
    save(alice, "nobody's", null);

    assertThat(list(alice, readers)).containsExactly(own, bobs);
    assertProblem(() -> list(bob, writers), 400, "PARAMETER_INVALID", "group");
    assertProblem(() -> list(bob, ""), 400, "PARAMETER_INVALID", "group");
  }

  @Test
  void aPageOfLongPromptsEndsEarlyAndGoesOnWhereItEnded() {
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      expected.add(save(alice, "x".repeat(NewPrompt.LONGEST_PROMPT), null).promptId());
    }
    Collections.reverse(expected);

    Page<SavedPrompt> first =
        prompts.list(alice, Optional.empty(), new Paging(40, Optional.empty()));
    Page<SavedPrompt> second = prompts.list(alice, Optional.empty(), new Paging(40, first.next()));
    Page<SavedPrompt> third = prompts.list(alice, Optional.empty(), new Paging(40, second.next()));

    assertThat(first.items()).hasSize(16);
    assertThat(
            Stream.of(first, second, third)
                .flatMap(page -> page.items().stream())
                .map(SavedPrompt::promptId))
        .isEqualTo(expected);
    assertThat(third.next()).isEmpty();
  }

  @Test
  void anEntryWhosePromptIsOutOfSightByNowIsPassedOver() {
    List<SavedPrompt> saved =
        List.of(save(alice, "1", readers), save(alice, "2", readers), save(alice, "3", readers));
    PromptRows late =
        new PromptRows(
            StandIns.shared().dynamodb(), PromptSettings.from(TestFloor.settings(Map.of()))) {
          @Override
          Map<String, SavedPrompt> findAll(List<String> ids) {
            // What happens between the two reads of a list.
            change(alice, saved.get(0), "1", writers, ANY);
            prompts.delete(alice, saved.get(1).promptId(), ANY);
            return super.findAll(ids);
          }
        };

    assertThat(
            TestPrompts.over(late, clock, Map.of())
                .list(bob, Optional.empty(), new Paging(10, Optional.empty()))
                .items())
        .containsExactly(saved.get(2));
  }

  @Test
  void nobodySavesMoreThanTheMostAndADeletedOneMakesRoom() {
    Prompts two = few(2);
    SavedPrompt first = two.save(alice, wanted("1", null));
    two.save(alice, wanted("2", readers));

    assertProblem(() -> two.save(alice, wanted("3", null)), 422, "TOO_MANY_PROMPTS");
    assertThat(list(alice)).hasSize(2);
    assertThat(two.save(bob, wanted("bob's", readers)).version()).isEqualTo(1);

    change(alice, first, "changed", writers, ANY);
    assertProblem(() -> two.save(alice, wanted("3", null)), 422, "TOO_MANY_PROMPTS");
    prompts.delete(alice, first.promptId(), ANY);
    assertThat(two.save(alice, wanted("3", null)).prompt()).isEqualTo("3");
    assertProblem(() -> two.save(alice, wanted("4", null)), 422, "TOO_MANY_PROMPTS");
  }

  @Test
  void ofManySavedAtOnceNoMoreThanTheMostAreThere() throws Exception {
    Prompts five = few(5);

    List<Boolean> saved =
        atOnce(
            20,
            i -> {
              five.save(alice, wanted("p" + i, null));
            });

    assertThat(saved).filteredOn(it -> it).hasSize(5);
    assertThat(list(alice)).hasSize(5);
  }

  @Test
  void ofManyChangesOfOneVersionOneWins() throws Exception {
    SavedPrompt saved = save(alice, "first", null);

    List<Boolean> won = atOnce(20, i -> change(alice, saved, "change " + i, null, isVersion(1)));

    SavedPrompt last = prompts.find(alice, saved.promptId()).orElseThrow();
    assertThat(won).filteredOn(it -> it).hasSize(1);
    assertThat(last.version()).isEqualTo(2);
    assertThat(last.prompt()).isEqualTo("change " + won.indexOf(true));
  }

  @Test
  void changesWithoutAConditionAllHappenOneAfterTheOther() throws Exception {
    SavedPrompt saved = save(alice, "first", null);

    List<Boolean> won =
        atOnce(8, i -> change(alice, saved, "x", i % 2 == 0 ? readers : writers, ANY));

    SavedPrompt last = prompts.find(alice, saved.promptId()).orElseThrow();
    assertThat(won).doesNotContain(false);
    assertThat(last.version()).isEqualTo(9);
    assertThat(list(alice, last.group())).containsExactly(last);
    assertThat(list(alice, last.group().equals(readers) ? writers : readers)).isEmpty();
  }

  @Test
  void aDeleteAmongChangesLeavesNothing() throws Exception {
    for (int round = 0; round < 5; round++) {
      SavedPrompt saved = save(alice, "first", null);

      List<Boolean> done =
          atOnce(
              6,
              i -> {
                if (i == 3) {
                  prompts.delete(alice, saved.promptId(), ANY);
                } else {
                  change(alice, saved, "x", i % 2 == 0 ? readers : writers, ANY);
                }
              });

      assertThat(done.get(3)).isTrue();
      assertThat(prompts.find(alice, saved.promptId())).isEmpty();
      for (String group : List.of(readers, writers)) {
        assertThat(entries("group/" + group)).isEmpty();
      }
      assertThat(entries("user/" + alice.userId())).isEmpty();
      assertThat(entries("prompt/" + saved.promptId())).isEmpty();
    }
    assertThat(count(alice)).isZero();
  }

  @Test
  void deletedByManyAtOnceItIsCountedOnce() throws Exception {
    SavedPrompt saved = save(alice, "one", readers);
    save(alice, "two", null);

    List<Boolean> deleted = atOnce(8, i -> prompts.delete(alice, saved.promptId(), ANY));

    assertThat(deleted).filteredOn(it -> it).hasSize(1);
    assertThat(count(alice)).isEqualTo(1);
  }

  @Test
  void whoAlwaysComesTooLateIsToldToTryAgain() {
    PromptRows busy =
        new PromptRows(
            StandIns.shared().dynamodb(), PromptSettings.from(TestFloor.settings(Map.of()))) {
          @Override
          boolean replace(SavedPrompt seen, SavedPrompt changed) {
            return false;
          }
        };
    SavedPrompt saved = save(alice, "first", null);

    assertProblem(
        () ->
            TestPrompts.over(busy, clock, Map.of())
                .change(alice, saved.promptId(), wanted("x", null), ANY),
        409,
        "PROMPT_BUSY");
  }

  private SavedPrompt save(Identity owner, String prompt, String group) {
    return prompts.save(owner, wanted(prompt, group));
  }

  private SavedPrompt change(
      Identity caller,
      SavedPrompt prompt,
      String to,
      String group,
      Predicate<SavedPrompt> precondition) {
    return prompts.change(caller, prompt.promptId(), wanted(to, group), precondition);
  }

  private List<SavedPrompt> list(Identity caller) {
    return prompts.list(caller, Optional.empty(), new Paging(1000, Optional.empty())).items();
  }

  private List<SavedPrompt> list(Identity caller, String group) {
    return prompts.list(caller, Optional.of(group), new Paging(1000, Optional.empty())).items();
  }

  private Prompts few(int most) {
    return TestPrompts.over(
        TestPrompts.rows(StandIns.shared().dynamodb()),
        clock,
        Map.of("inference.prompts.most", Integer.toString(most)));
  }

  /** Whether each of them came to its end rather than to a problem. */
  private static List<Boolean> atOnce(int times, IntConsumer call) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(times);
    try {
      List<Callable<Boolean>> calls =
          IntStream.range(0, times)
              .<Callable<Boolean>>mapToObj(
                  i ->
                      () -> {
                        try {
                          call.accept(i);
                          return true;
                        } catch (Problem e) {
                          return false;
                        }
                      })
              .toList();
      List<Boolean> ends = new ArrayList<>();
      for (Future<Boolean> end : threads.invokeAll(calls)) {
        ends.add(end.get());
      }
      return ends;
    } finally {
      threads.shutdownNow();
    }
  }

  private static List<Map<String, AttributeValue>> entries(String place) {
    return StandIns.shared()
        .dynamodb()
        .query(
            query ->
                query
                    .tableName(StandIns.shared().environment().get("INFERENCE_PROMPTS_TABLE"))
                    .keyConditionExpression("place = :place")
                    .expressionAttributeValues(new Row().text(":place", place).values())
                    .consistentRead(true))
        .items();
  }

  private static long count(Identity owner) {
    return new Row(entries("count/" + owner.userId()).get(0)).number("prompts");
  }

  private static NewPrompt wanted(String prompt, String group) {
    return new NewPrompt("a name", prompt, group);
  }

  private static Predicate<SavedPrompt> isVersion(long version) {
    return seen -> seen.version() == version;
  }

  private static String group() {
    return "group-" + UUID.randomUUID();
  }
}
