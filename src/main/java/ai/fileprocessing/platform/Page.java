package ai.fileprocessing.platform;

import java.util.List;
import java.util.Optional;

/**
 * A stretch of a list.
 *
 * @param next the key after which the next page starts; empty on the last page
 */
public record Page<T>(List<T> items, Optional<String> next) {
  public Page {
    items = List.copyOf(items);
  }
}
