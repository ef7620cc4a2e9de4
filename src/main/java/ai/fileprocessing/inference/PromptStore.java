package ai.fileprocessing.inference;

import ai.fileprocessing.platform.Identity;
import ai.fileprocessing.platform.Ids;
import ai.fileprocessing.platform.Page;
import ai.fileprocessing.platform.Paging;
import ai.fileprocessing.platform.Problem;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;

/** Who may do what with which prompt. */
@ApplicationScoped
class PromptStore implements Prompts {
  private static final System.Logger LOG = System.getLogger(PromptStore.class.getName());

  /** Each that is lost was won by another change of the same prompt. */
  private static final int TRIES = 50;

  private static final Duration SOON = Duration.ofSeconds(1);

  /**
   * How many prompts are read at once for a list: five megabytes where all are as long as can be.
   */
  private static final int BATCH = 25;

  /**
   * Ends a page early rather than hold many more characters of prompts than this for one answer.
   */
  private static final int PROMPTS_A_PAGE = 1 << 20;

  private final PromptRows rows;
  private final Ids ids;
  private final Clock clock;
  private final int most;

  @Inject
  PromptStore(PromptRows rows, Ids ids, Clock clock, PromptSettings settings) {
    this.rows = rows;
    this.ids = ids;
    this.clock = clock;
    most = settings.most();
  }

  @Override
  public SavedPrompt save(Identity caller, NewPrompt wanted) {
    requireUsable(caller, wanted);
    long now = now();
    SavedPrompt saved =
        new SavedPrompt(
            ids.next(),
            wanted.name(),
            wanted.prompt(),
            caller.userId(),
            wanted.group(),
            1,
            now,
            now);
    if (!rows.add(saved, most)) {
      throw Problem.of(
          422,
          "TOO_MANY_PROMPTS",
          "You have saved "
              + most
              + " prompts, the most there may be. Delete one that you can spare.");
    }
    LOG.log(Level.INFO, "prompt_id={0} saved", saved.promptId());
    return saved;
  }

  @Override
  public Optional<SavedPrompt> find(Identity caller, String promptId) {
    return Ids.isOne(promptId)
        ? rows.find(promptId).filter(prompt -> isSeen(prompt, caller))
        : Optional.empty();
  }

  @Override
  public Page<SavedPrompt> list(Identity caller, Optional<String> group, Paging paging) {
    SortedSet<String> listed = listed(caller, group, paging);
    List<String> wanted = listed.stream().limit(paging.limit()).toList();
    Predicate<SavedPrompt> shown =
        prompt -> isSeen(prompt, caller) && (group.isEmpty() || group.get().equals(prompt.group()));
    List<SavedPrompt> page = new ArrayList<>();
    int characters = 0;
    for (int from = 0; from < wanted.size(); from += BATCH) {
      List<String> batch = wanted.subList(from, Math.min(from + BATCH, wanted.size()));
      Map<String, SavedPrompt> found = rows.findAll(batch);
      for (String id : batch) {
        if (characters >= PROMPTS_A_PAGE) {
          return new Page<>(page, Optional.of(page.get(page.size() - 1).promptId()));
        }
        // What was deleted, or moved out of sight, since its entry was read is passed over.
        Optional<SavedPrompt> prompt = Optional.ofNullable(found.get(id)).filter(shown);
        prompt.ifPresent(page::add);
        characters += prompt.map(it -> it.prompt().length()).orElse(0);
      }
    }
    return listed.size() > paging.limit()
        ? new Page<>(page, Optional.of(wanted.get(wanted.size() - 1)))
        : new Page<>(page, Optional.empty());
  }

  @Override
  public SavedPrompt change(
      Identity caller, String promptId, NewPrompt to, Predicate<SavedPrompt> precondition) {
    requireUsable(caller, to);
    return settled(
        caller,
        promptId,
        precondition,
        seen -> {
          SavedPrompt changed = seen.changed(to, now());
          return rows.replace(seen, changed) ? Optional.of(changed) : Optional.empty();
        });
  }

  @Override
  public void delete(Identity caller, String promptId, Predicate<SavedPrompt> precondition) {
    settled(
        caller,
        promptId,
        precondition,
        seen -> rows.remove(seen) ? Optional.of(seen) : Optional.empty());
    LOG.log(Level.INFO, "prompt_id={0} deleted", promptId);
  }

  /**
   * Writes over the version that was read, and when it is no longer the last one, looks again: what
   * the caller says about versions is asked of every one that it might replace.
   */
  private SavedPrompt settled(
      Identity caller,
      String promptId,
      Predicate<SavedPrompt> precondition,
      Function<SavedPrompt, Optional<SavedPrompt>> write) {
    for (int tries = 0; tries < TRIES; tries++) {
      SavedPrompt seen = find(caller, promptId).orElseThrow(PromptStore::unknown);
      if (!seen.userId().equals(caller.userId())) {
        throw Problem.of(
            403,
            "PROMPT_READ_ONLY",
            "This prompt is shared with you; only its owner changes or deletes it. POST /prompts saves one of your own.");
      }
      if (!precondition.test(seen)) {
        throw Problem.of(
            412,
            "PROMPT_CHANGED",
            "The prompt is at version "
                + seen.version()
                + " and not as your condition asks. GET it, and send your change with its ETag.");
      }
      Optional<SavedPrompt> written = write.apply(seen);
      if (written.isPresent()) {
        return written.get();
      }
    }
    throw Problem.passing(
        409, "PROMPT_BUSY", "The prompt is changed too often at this moment. Try again.", SOON);
  }

  /**
   * The newest ids after a position, one more than the page holds where there are so many. The
   * first ones of every list are enough to know the first ones of all.
   */
  private SortedSet<String> listed(Identity caller, Optional<String> group, Paging paging) {
    SortedSet<String> listed = new TreeSet<>(Comparator.reverseOrder());
    int enough = paging.limit() + 1;
    if (group.isPresent()) {
      if (!caller.groups().contains(group.get())) {
        throw Problem.field(
            400,
            "PARAMETER_INVALID",
            "group",
            "group is one of the Cognito groups that your token names.");
      }
      listed.addAll(rows.sharedWith(group.get(), paging.after(), enough));
      return listed;
    }
    listed.addAll(rows.ownedBy(caller.userId(), paging.after(), enough));
    caller.groups().forEach(it -> listed.addAll(rows.sharedWith(it, paging.after(), enough)));
    return listed;
  }

  private static boolean isSeen(SavedPrompt prompt, Identity caller) {
    return prompt.userId().equals(caller.userId())
        || prompt.group() != null && caller.groups().contains(prompt.group());
  }

  private static void requireUsable(Identity caller, NewPrompt wanted) {
    PromptTemplate.parse(wanted.prompt(), "prompt");
    if (wanted.group() != null && !caller.groups().contains(wanted.group())) {
      throw Problem.field(
          422,
          "FIELD_INVALID",
          "/group",
          "group is one of the Cognito groups that your token names, or left out.");
    }
  }

  static Problem unknown() {
    return Problem.of(
        404,
        "PROMPT_NOT_FOUND",
        "You have no prompt with this id, and none is shared with you. GET /prompts lists what there is.");
  }

  private long now() {
    return clock.instant().getEpochSecond();
  }
}
