package ai.fileprocessing.jobs;

import ai.fileprocessing.inference.Route;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The routes of a result's inputs as they are stored: a letter each, so that a thousand fit. */
final class Routes {
  private Routes() {}

  static String text(List<Route> routes) {
    return routes.stream().map(it -> it.name().substring(0, 1)).collect(Collectors.joining());
  }

  static List<Route> of(String text) {
    return text.chars().mapToObj(Routes::of).toList();
  }

  private static Route of(int letter) {
    return Arrays.stream(Route.values())
        .filter(it -> it.name().charAt(0) == letter)
        .findFirst()
        .orElseThrow();
  }
}
