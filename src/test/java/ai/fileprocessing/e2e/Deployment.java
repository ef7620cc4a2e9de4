package ai.fileprocessing.e2e;

import ai.fileprocessing.local.LocalServer;
import ai.fileprocessing.local.ServiceClient;
import ai.fileprocessing.local.StandIns;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * The packaged server as an operator would run it: unzipped once, one process that all the tests
 * share and that ends with this JVM, and further ones with other settings.
 */
public final class Deployment {
  static final Path TARGET =
      Path.of(System.getProperty("basedir", "")).toAbsolutePath().resolve("target");
  static final Path ZIP = TARGET.resolve("ai-file-processing.zip");

  /** The most that the shared server takes in one upload, small enough to be passed in a test. */
  static final int MAX_UPLOAD = 20 << 20;

  static final String ORIGIN = "https://app.example";

  /**
   * Most of these servers live for a minute: the second compiler and a collector with threads of
   * its own take half of the processor time until they are ready, and give nothing back.
   */
  private static final String QUICK = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC";

  private static final Path IT = TARGET.resolve("it");

  private Deployment() {}

  /** A caller of the shared server whom no other test knows. */
  static ServiceClient someone() {
    return caller(newUser());
  }

  static ServiceClient caller(String user) {
    return caller(shared(), user);
  }

  static ServiceClient caller(LocalServer server, String user) {
    return new ServiceClient(server.uri(), StandIns.shared().cognito().token(user));
  }

  public static String newUser() {
    return "user-" + UUID.randomUUID();
  }

  /** The server that the tests share. */
  static LocalServer shared() {
    return Shared.SERVER;
  }

  /** The temporary folder of the shared server, where an upload waits until it is whole. */
  static Path sharedTemporary() {
    return temporary("shared");
  }

  /** Starts a server of the test's own; the test closes it. */
  static LocalServer launch(String name, Map<String, String> settings) {
    return launch(name, StandIns.shared(), settings);
  }

  /** Starts one over other stand-ins than those that the tests share. */
  public static LocalServer launch(String name, StandIns standIns, Map<String, String> settings) {
    Map<String, String> environment = new HashMap<>(standIns.environment());
    environment.putAll(settings);
    // The spool and whatever else the server or a library of it may leave behind.
    environment.merge(
        "JVM_ARGS", QUICK + " -Djava.io.tmpdir=" + temporary(name), (own, all) -> own + " " + all);
    return LocalServer.launch(home(), environment, IT.resolve(name));
  }

  /** The temporary folder of the server of that name. */
  static Path temporary(String name) {
    try {
      return Files.createDirectories(home().resolveSibling(name + "-tmp"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The unzipped server. */
  static Path home() {
    return Unzipped.HOME;
  }

  /** Waits for it and stops it when this JVM ends. */
  static LocalServer ready(LocalServer server) {
    Runtime.getRuntime().addShutdownHook(new Thread(server::close, "stop-server"));
    try {
      return server.awaitReady();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static final class Shared {
    static final LocalServer SERVER =
        ready(
            launch(
                "shared",
                Map.of(
                    "FILES_MAX_UPLOAD",
                    Integer.toString(MAX_UPLOAD),
                    "CORS_ALLOWED_ORIGINS",
                    ORIGIN)));

    private Shared() {}
  }

  private static final class Unzipped {
    static final Path HOME = unzip();

    private Unzipped() {}

    private static Path unzip() {
      try {
        delete(IT);
        try (ZipFile zip = new ZipFile(ZIP.toFile())) {
          for (Enumeration<? extends ZipEntry> all = zip.entries(); all.hasMoreElements(); ) {
            extract(zip, all.nextElement());
          }
        }
        Path home = IT.resolve("ai-file-processing");
        if (!home.resolve("bin/server").toFile().setExecutable(true)) {
          throw new IOException("bin/server cannot be made executable");
        }
        return home;
      } catch (IOException e) {
        throw new UncheckedIOException("Run 'mvn package' first", e);
      }
    }

    private static void extract(ZipFile zip, ZipEntry entry) throws IOException {
      Path file = IT.resolve(entry.getName()).normalize();
      if (!file.startsWith(IT)) {
        throw new IOException("An entry outside of the folder: " + entry.getName());
      }
      if (entry.isDirectory()) {
        Files.createDirectories(file);
        return;
      }
      Files.createDirectories(file.getParent());
      try (InputStream in = zip.getInputStream(entry)) {
        Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
      }
    }

    private static void delete(Path folder) throws IOException {
      if (!Files.exists(folder)) {
        return;
      }
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}
