package ai.fileprocessing.jobs;

import java.util.Locale;

/** How the prompt of a job meets its inputs. */
enum Mode {
  /** Every input is asked about on its own, and has a result of its own. */
  EACH,
  /** All are asked about in one conversation, which has one result. */
  TOGETHER;

  /** The name as clients see it. */
  String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The mode of that name, or of none. */
  static Mode of(String text) {
    return text == null ? EACH : valueOf(text.toUpperCase(Locale.ROOT));
  }
}
