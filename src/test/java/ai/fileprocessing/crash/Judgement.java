package ai.fileprocessing.crash;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toSet;

import ai.fileprocessing.crash.History.Accepted;
import ai.fileprocessing.crash.History.Listed;
import ai.fileprocessing.crash.History.Read;
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

  private final List<Accepted> accepted;
  private final Map<String, List<Seen>> seen;
  private final Map<String, List<Read>> read;
  private final List<Listed> listed;
  private final List<String> wrong = new ArrayList<>();

  private record Sight(String status, Span span) {}

  private Judgement(History history) {
    accepted = history.accepted();
    seen = history.seen().stream().collect(groupingBy(Seen::jobId));
    read = history.read().stream().collect(groupingBy(it -> it.jobId() + "/" + it.fileId()));
    listed = history.listed();
  }

  /**
   * Everything that is wrong.
   *
   * @param calls the calls of the model that count as attempts, by {@code job_id/file_id}
   * @param attempts how many of them a file may have
   */
  static List<String> of(History history, Map<String, Long> calls, int attempts) {
    Judgement judgement = new Judgement(history);
    judgement.keys();
    judgement.lists();
    judgement.accepted.stream().map(Accepted::jobId).distinct().forEach(judgement::job);
    calls.forEach(
        (file, count) -> {
          if (count > attempts) {
            judgement.wrong.add(file + ": " + count + " model calls, at most " + attempts);
          }
        });
    return judgement.wrong;
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
      difference(told, list.jobs()).forEach(it -> wrong.add(it + ": accepted, but not listed"));
    }
  }

  private void job(String jobId) {
    List<Seen> sights =
        seen.getOrDefault(jobId, List.of()).stream()
            .sorted(Comparator.comparingLong(it -> it.span().asked()))
            .toList();
    if (sights.isEmpty()) {
      wrong.add(jobId + ": accepted, and never seen");
      return;
    }
    Seen last = sights.get(sights.size() - 1);
    if (!isTerminal(last.status())) {
      wrong.add(jobId + ": has not ended, is " + last.status());
    }
    forward(jobId, sights, Seen::status);
    Set<String> files = files(jobId);
    for (Seen sight : sights) {
      if (!sight.files().keySet().equals(files)) {
        wrong.add(jobId + ": its files were " + sight.files().keySet() + ", not " + files);
        return;
      }
    }
    for (String file : files) {
      forward(jobId + "/" + file, sights, it -> it.files().get(file));
      results(jobId + "/" + file, last.files().get(file), firstSuccess(sights, file));
    }
  }

  private Set<String> files(String jobId) {
    return accepted.stream()
        .filter(it -> it.jobId().equals(jobId))
        .map(Accepted::files)
        .flatMap(Collection::stream)
        .collect(toSet());
  }

  /** A status never goes back, and one at which things end never becomes another. */
  private void forward(String what, List<Seen> sights, Function<Seen, String> status) {
    List<Sight> furthest = new ArrayList<>();
    for (Seen seen : sights) {
      Sight now = new Sight(status.apply(seen), seen.span());
      for (Sight before : furthest) {
        if (before.span().isBefore(now.span()) && !mayFollow(before.status(), now.status())) {
          wrong.add(what + ": was " + before.status() + ", then " + now.status());
          return;
        }
      }
      // Of each status the sight that was over first says all that later ones say.
      furthest.removeIf(
          it ->
              it.status().equals(now.status()) && it.span().answered() - now.span().answered() > 0);
      if (furthest.stream().noneMatch(it -> it.status().equals(now.status()))) {
        furthest.add(now);
      }
    }
  }

  private static boolean mayFollow(String before, String now) {
    return isTerminal(before) ? now.equals(before) : RANKS.get(now) >= RANKS.get(before);
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
