package ai.fileprocessing.local;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Calls without an answer, each until it is released or its client leaves. */
final class HangingCalls {
  private final Set<ConverseExchange> hanging = ConcurrentHashMap.newKeySet();

  void add(ConverseExchange exchange) {
    hanging.add(exchange);
    exchange.whenLeft(
        () -> {
          if (hanging.remove(exchange)) {
            exchange.abandon("left");
          }
        });
  }

  void release() {
    for (ConverseExchange exchange : hanging) {
      if (hanging.remove(exchange)) {
        exchange.abandon("hang");
      }
    }
  }
}
