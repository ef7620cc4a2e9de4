package ai.fileprocessing.faults;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/** The rules in force, in their order, and what came by. */
final class Rules {
  private static final int KEPT = 500;
  private static final Action PASS = new Action() {};

  private final List<Rule> rules = new CopyOnWriteArrayList<>();
  private final Map<String, Long> calls = new HashMap<>();
  private final Deque<Exchange> seen = new ArrayDeque<>();

  Rule add(Predicate<Exchange> condition) {
    Rule rule = new Rule(condition);
    rules.add(rule);
    return rule;
  }

  /** What is to happen to a call: the first rule that takes it says. */
  Action arrived(Exchange exchange) {
    count(exchange);
    return rules.stream()
        .filter(rule -> rule.takes(exchange))
        .findFirst()
        .map(Rule::action)
        .orElse(PASS);
  }

  synchronized long calls(String operation) {
    return calls.getOrDefault(operation, 0L);
  }

  synchronized List<Exchange> seen() {
    return List.copyOf(seen);
  }

  void clear() {
    rules.forEach(Rule::clear);
    rules.clear();
    forget();
  }

  private synchronized void count(Exchange exchange) {
    calls.merge(exchange.operation(), 1L, Long::sum);
    seen.addLast(exchange);
    if (seen.size() > KEPT) {
      seen.removeFirst();
    }
  }

  private synchronized void forget() {
    calls.clear();
    seen.clear();
  }
}
