package ai.fileprocessing.crash;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;

import ai.fileprocessing.crash.History.Accepted;
import ai.fileprocessing.crash.History.Cancelled;
import ai.fileprocessing.crash.History.Deleted;
import ai.fileprocessing.crash.History.Failed;
import ai.fileprocessing.crash.History.Listed;
import ai.fileprocessing.crash.History.Read;
import ai.fileprocessing.crash.History.Retried;
import ai.fileprocessing.crash.History.Seen;
import ai.fileprocessing.crash.History.Span;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** What is wrong with a history that is over: each promise that it breaks, with its place. */
final class Judgement {
  private static final Map<String, Integer> RANKS =
      Map.of(
          "PENDING", 0,
          "PROCESSING", 1,
          "SUCCEEDED", 2,
          "FAILED", 2,
          "CANCELLED", 2,
          "COMPLETED", 2,
          "PARTIAL", 2,
          "ERROR", 2);

  /** The jobs that no retry opens; one that was cancelled may have files that failed. */
  private static final Set<String> KEPT_JOBS = Set.of("COMPLETED");

  /** The files that no retry opens. */
  private static final Set<String> KEPT_FILES = Set.of("SUCCEEDED", "CANCELLED");

  private final List<Accepted> accepted;
  private final Map<String, List<Seen>> seen;
  private final Map<String, List<Read>> read;
  private final List<Listed> listed;
  private final List<Failed> failed;
  private final Map<String, List<Span>> retried;
  private final Map<String, List<Span>> cancelled;
  private final Map<String, Span> deleted;
  private final List<String> wrong = new ArrayList<>();

  /**
   * A status at some time.
   *
   * @param epoch how many retries were over by then
   */
  private record Sight(String status, Span span, long epoch) {
    boolean saysAllThat(Sight other) {
      return status.equals(other.status) && epoch == other.epoch;
    }
  }

  private Judgement(History history) {
    accepted = history.accepted();
    seen = history.seen().stream().collect(groupingBy(Seen::jobId));
    read = history.read().stream().collect(groupingBy(it -> it.jobId() + "/" + it.fileId()));
    listed = history.listed();
    failed = history.failed();
    retried =
        history.retried().stream()
            .collect(groupingBy(Retried::jobId, mapping(Retried::span, toList())));
    cancelled =
        history.cancelled().stream()
            .collect(groupingBy(Cancelled::jobId, mapping(Cancelled::span, toList())));
    deleted = history.deleted().stream().collect(toMap(Deleted::jobId, Deleted::span));
  }

  /**
   * Everything that is wrong.
   *
   * @param calls the calls of the model that count as attempts, by {@code job_id/file_id}
   * @param attempts how many of them a file may have, and once more for each retry of its job
   */
  static List<String> of(History history, Map<String, Long> calls, int attempts) {
    return of(history, calls, attempts, Set.of());
  }

  /**
   * Everything that is wrong.
   *
   * @param refusals the codes with which a file may fail, since its model may refuse it
   */
  static List<String> of(
      History history, Map<String, Long> calls, int attempts, Set<String> refusals) {
    Judgement judgement = new Judgement(history);
    judgement.failures(refusals);
    judgement.keys();
    judgement.lists();
    judgement.accepted.stream().map(Accepted::jobId).distinct().forEach(judgement::job);
    calls.forEach(
        (file, count) -> {
          int most =
              attempts * (1 + judgement.retries(file.substring(0, file.indexOf('/'))).size());
          if (count > most) {
            judgement.wrong.add(file + ": " + count + " model calls, at most " + most);
          }
        });
    return judgement.wrong;
  }

  private List<Span> retries(String jobId) {
    return retried.getOrDefault(jobId, List.of());
  }

  private void failures(Set<String> refusals) {
    failed.stream()
        .filter(it -> !refusals.contains(it.code()))
        .forEach(it -> wrong.add(it.jobId() + "/" + it.fileId() + ": failed with " + it.code()));
  }

  private void keys() {
    Map<String, Set<String>> jobs = new HashMap<>();
    Map<String, Set<String>> keys = new HashMap<>();
    for (Accepted job : accepted) {
      jobs.computeIfAbsent(job.user() + " " + job.key(), it -> new HashSet<>()).add(job.jobId());
      keys.computeIfAbsent(job.jobId(), it -> new HashSet<>()).add(job.key());
    }
    jobs.values().removeIf(it -> it.size() == 1);
    keys.values().removeIf(it -> it.size() == 1);
    jobs.forEach((key, many) -> wrong.add("One key, several jobs: " + many));
    keys.forEach((job, many) -> wrong.add(job + ": one job, several keys " + many));
  }

  private void lists() {
    for (Listed list : listed) {
      Set<String> told =
          accepted.stream()
              .filter(it -> it.user().equals(list.user()))
              .map(Accepted::jobId)
              .collect(toSet());
      difference(list.jobs(), told).forEach(it -> wrong.add(it + ": a job nobody was told of"));
      difference(difference(told, deleted.keySet()), list.jobs())
          .forEach(it -> wrong.add(it + ": accepted, but not listed"));
      list.jobs().stream()
          .filter(deleted::containsKey)
          .forEach(it -> wrong.add(it + ": deleted, and yet listed"));
    }
  }

  private void job(String jobId) {
    List<Seen> sights =
        seen.getOrDefault(jobId, List.of()).stream()
            .sorted(Comparator.comparingLong(it -> it.span().asked()))
            .toList();
    Span gone = deleted.get(jobId);
    if (gone != null) {
      staysGone(jobId, gone, sights);
    } else if (sights.isEmpty()) {
      wrong.add(jobId + ": accepted, and never seen");
    } else if (!isTerminal(last(sights).status())) {
      wrong.add(jobId + ": has not ended, is " + last(sights).status());
    }
    staysCancelled(jobId, sights);
    forward(jobId, retries(jobId), KEPT_JOBS, sights, Seen::status);
    Set<String> files = files(jobId);
    for (Seen sight : sights) {
      if (!sight.files().keySet().equals(files)) {
        wrong.add(jobId + ": its files were " + sight.files().keySet() + ", not " + files);
        return;
      }
    }
    for (String file : files) {
      forward(jobId + "/" + file, retries(jobId), KEPT_FILES, sights, it -> it.files().get(file));
      if (gone == null && !sights.isEmpty()) {
        results(jobId + "/" + file, last(sights).files().get(file), firstSuccess(sights, file));
      }
    }
  }

  private static Seen last(List<Seen> sights) {
    return sights.get(sights.size() - 1);
  }

  /** Nothing of a deleted job is seen any more. */
  private void staysGone(String jobId, Span gone, List<Seen> sights) {
    if (sights.stream().anyMatch(it -> gone.isBefore(it.span()))) {
      wrong.add(jobId + ": deleted, and seen again");
    }
    for (String file : files(jobId)) {
      if (read.getOrDefault(jobId + "/" + file, List.of()).stream()
          .anyMatch(it -> it.content() != null && gone.isBefore(it.span()))) {
        wrong.add(jobId + "/" + file + ": deleted, and yet its result was read");
      }
    }
  }

  /** Nothing of a cancelled job is to begin any more, unless it was retried since. */
  private void staysCancelled(String jobId, List<Seen> sights) {
    for (Span end : cancelled.getOrDefault(jobId, List.of())) {
      sights.stream()
          .filter(it -> end.isBefore(it.span()))
          .filter(it -> it.waits() || it.files().containsValue("PENDING"))
          .filter(it -> !mayLieBetween(end, it.span(), retries(jobId)))
          .findFirst()
          .ifPresent(it -> wrong.add(jobId + ": cancelled, and yet a file was to begin"));
    }
  }

  private Set<String> files(String jobId) {
    return accepted.stream()
        .filter(it -> it.jobId().equals(jobId))
        .map(Accepted::files)
        .flatMap(Collection::stream)
        .collect(toSet());
  }

  /**
   * A status never goes back, and one at which things end never becomes another; only what failed
   * may, by a retry.
   */
  private void forward(
      String what,
      List<Span> retries,
      Set<String> kept,
      List<Seen> sights,
      Function<Seen, String> status) {
    List<Sight> furthest = new ArrayList<>();
    for (Seen seen : sights) {
      Span span = seen.span();
      long epoch = retries.stream().filter(it -> it.isBefore(span)).count();
      Sight now = new Sight(status.apply(seen), span, epoch);
      for (Sight before : furthest) {
        if (before.span().isBefore(span)
            && !mayFollow(before.status(), now.status())
            && (kept.contains(before.status()) || !mayLieBetween(before.span(), span, retries))) {
          wrong.add(what + ": was " + before.status() + ", then " + now.status());
          return;
        }
      }
      // Of each status the sight that was over first says all that later ones say.
      furthest.removeIf(it -> it.saysAllThat(now) && it.span().answered() - span.answered() > 0);
      if (furthest.stream().noneMatch(now::saysAllThat)) {
        furthest.add(now);
      }
    }
  }

  private static boolean mayFollow(String before, String now) {
    return isTerminal(before) ? now.equals(before) : RANKS.get(now) >= RANKS.get(before);
  }

  /** Whether a retry may have come between the two. */
  private static boolean mayLieBetween(Span before, Span now, List<Span> retries) {
    return retries.stream().anyMatch(it -> !it.isBefore(before) && !now.isBefore(it));
  }

  private static Span firstSuccess(List<Seen> sights, String file) {
    return sights.stream()
        .filter(it -> "SUCCEEDED".equals(it.files().get(file)))
        .map(Seen::span)
        .min(Comparator.comparingLong(Span::answered))
        .orElse(null);
  }

  private void results(String file, String status, Span success) {
    List<Read> reads = read.getOrDefault(file, List.of());
    Set<String> contents =
        reads.stream().map(Read::content).filter(it -> it != null).collect(toSet());
    if (contents.size() > 1) {
      wrong.add(file + ": its result has changed: " + contents);
    }
    if (status.equals("SUCCEEDED") && contents.isEmpty()) {
      wrong.add(file + ": SUCCEEDED, and no result was read");
    }
    if (!status.equals("SUCCEEDED") && !contents.isEmpty()) {
      wrong.add(file + ": " + status + ", and yet it had a result");
    }
    if (success != null
        && reads.stream().anyMatch(it -> it.content() == null && success.isBefore(it.span()))) {
      wrong.add(file + ": SUCCEEDED before its result could be read");
    }
  }

  private static boolean isTerminal(String status) {
    return RANKS.get(status) == 2;
  }

  private static Set<String> difference(Set<String> all, Set<String> without) {
    Set<String> rest = new HashSet<>(all);
    rest.removeAll(without);
    return rest;
  }
}
