package ai.fileprocessing.platform;

import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads every room's settings before anything else starts and ends the process when one is wrong: a
 * server that runs without its application would look alive and serve nobody.
 */
@ApplicationScoped
class StartUp {
  /** The exit status for a configuration error ({@code EX_CONFIG} in BSD's sysexits). */
  private static final int EX_CONFIG = 78;

  private static final System.Logger LOG = System.getLogger(StartUp.class.getName());

  private final Instance<RoomSettings> rooms;

  @Inject
  StartUp(@Any Instance<RoomSettings> rooms) {
    this.rooms = rooms;
  }

  void check(@Observes @Priority(0) Startup start) {
    List<String> wrong = new ArrayList<>();
    for (Instance.Handle<RoomSettings> room : rooms.handles()) {
      try {
        room.get();
      } catch (RuntimeException e) {
        wrong.add(configurationError(e).getMessage());
      }
    }
    if (!wrong.isEmpty()) {
      wrong.forEach(line -> LOG.log(Level.ERROR, line + " The server stops."));
      // Not exit(): its hooks wait for this very start to end. Nothing has begun that would need
      // them.
      Runtime.getRuntime().halt(EX_CONFIG);
    }
  }

  private static ConfigurationException configurationError(RuntimeException thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof ConfigurationException found) {
        return found;
      }
    }
    throw thrown;
  }
}
