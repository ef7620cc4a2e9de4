package ai.fileprocessing.platform;

import java.util.List;

/**
 * Marks the typed settings of a room, so that the start can read every one of them before the first
 * request.
 */
public interface RoomSettings {
  /** What they name and the room cannot do without. */
  default List<Place> places() {
    return List.of();
  }
}
