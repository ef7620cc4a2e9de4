package ai.fileprocessing.local;

import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * The visible messages of a queue in the order of SQS's fair queues, made strict: next is the
 * tenant with the fewest messages in flight, and among equals the one whose message waits longest.
 * SQS itself begins to mind when a tenant holds about a tenth of what is in flight.
 *
 * <p>Every step takes time logarithmic in the number of tenants.
 */
final class FairOrder {
  private static final class Tenant {
    private final Set<QueuedMessage> visible = new LinkedHashSet<>();
    private int inFlight;

    private QueuedMessage oldest() {
      return visible.iterator().next();
    }
  }

  private final Map<String, Tenant> tenants = new HashMap<>();
  private final TreeSet<Tenant> waiting =
      new TreeSet<>(
          Comparator.<Tenant>comparingInt(it -> it.inFlight)
              .thenComparingLong(it -> it.oldest().rank()));
  private int size;

  void add(QueuedMessage message) {
    change(message, tenant -> tenant.visible.add(message));
    size++;
  }

  void remove(QueuedMessage message) {
    change(message, tenant -> tenant.visible.remove(message));
    size--;
  }

  void take(QueuedMessage inFlight) {
    change(inFlight, tenant -> tenant.inFlight++);
  }

  void giveBack(QueuedMessage inFlight) {
    change(inFlight, tenant -> tenant.inFlight--);
  }

  Optional<QueuedMessage> next() {
    return waiting.isEmpty() ? Optional.empty() : Optional.of(waiting.first().oldest());
  }

  int size() {
    return size;
  }

  /** The order sees a tenant's rank at its entry only, so that it must not change inside. */
  private void change(QueuedMessage message, Consumer<Tenant> change) {
    Tenant tenant = tenants.computeIfAbsent(message.tenant(), t -> new Tenant());
    if (!tenant.visible.isEmpty()) {
      waiting.remove(tenant);
    }
    change.accept(tenant);
    if (!tenant.visible.isEmpty()) {
      waiting.add(tenant);
    } else if (tenant.inFlight == 0) {
      tenants.remove(message.tenant());
    }
  }
}
