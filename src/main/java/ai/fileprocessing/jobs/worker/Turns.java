package ai.fileprocessing.jobs.worker;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Who waits for something, by caller: the callers take turns, and each caller's own come in their
 * order, so that nobody waits behind all that somebody else has sent.
 */
final class Turns<T> {
  private final Map<String, Deque<T>> waiting = new LinkedHashMap<>();

  void add(String caller, T one) {
    waiting.computeIfAbsent(caller, it -> new ArrayDeque<>()).add(one);
  }

  /** Whose turn it is. */
  Optional<T> next() {
    return waiting.values().stream().findFirst().map(Deque::peekFirst);
  }

  /** The turn is taken: the next is another caller's, where one waits. */
  void take() {
    String caller = waiting.keySet().iterator().next();
    Deque<T> left = waiting.remove(caller);
    left.removeFirst();
    if (!left.isEmpty()) {
      waiting.put(caller, left);
    }
  }

  /** It waits no more. */
  void remove(String caller, T one) {
    Deque<T> left = waiting.getOrDefault(caller, new ArrayDeque<>());
    left.remove(one);
    if (left.isEmpty()) {
      waiting.remove(caller);
    }
  }
}
