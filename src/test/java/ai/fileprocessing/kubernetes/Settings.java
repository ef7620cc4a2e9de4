package ai.fileprocessing.kubernetes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The settings that there are, from the pages and files that other tests hold to the code. */
final class Settings {
  private static final Path BASE = Path.of(System.getProperty("basedir", ""));
  private static final Pattern LINE =
      Pattern.compile("(?m)^\\| `([a-z0-9.]+)` \\| `(\\w+)` \\| (.*?) \\|");
  private static final Pattern VARIABLE = Pattern.compile("<variable name=\"(\\w+)\"");

  private Settings() {}

  /** Environment variables of the application, and the default of each. */
  static Map<String, String> ofTheApplication() {
    Map<String, String> settings = new LinkedHashMap<>();
    Matcher line = LINE.matcher(read("README.md"));
    while (line.find()) {
      settings.put(line.group(2), line.group(3).replace("`", ""));
    }
    return settings;
  }

  static Set<String> required() {
    Set<String> required = new TreeSet<>(ofTheApplication().keySet());
    required.removeIf(it -> !ofTheApplication().get(it).equals("required"));
    return required;
  }

  static Set<String> ofTheServer() {
    Set<String> variables = new TreeSet<>();
    Matcher variable = VARIABLE.matcher(read("liberty/server.xml"));
    while (variable.find()) {
      variables.add(variable.group(1));
    }
    return variables;
  }

  static Duration drain() {
    return Duration.parse(ofTheApplication().get("JOBS_DRAIN"));
  }

  /** The page in one line. */
  static String reliability() {
    return read("src/site/markdown/reliability.md").replaceAll("\\s+", " ");
  }

  static String read(String file) {
    try {
      return Files.readString(BASE.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
