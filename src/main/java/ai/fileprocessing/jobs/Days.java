package ai.fileprocessing.jobs;

import ai.fileprocessing.platform.Problem;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.regex.Pattern;

/** Days in UTC, the first and the last included. */
record Days(LocalDate from, LocalDate to) {
  private static final int MOST = 366;
  private static final int DEFAULT = 30;

  /** What else {@link LocalDate} reads, years of five digits and signs, does not sort as text. */
  private static final Pattern FORM = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}");

  /**
   * Those that a request asks for: what it leaves out ends today, and begins so early that it is 30
   * days.
   *
   * @throws Problem 400 that names the parameter
   */
  static Days of(Optional<String> from, Optional<String> to, LocalDate today) {
    LocalDate last = to.map(text -> day("to", text)).orElse(today);
    LocalDate first = from.map(text -> day("from", text)).orElse(last.minusDays(DEFAULT - 1));
    if (first.isAfter(last)) {
      throw wrong("from", "from is a day after to, which is " + last + ". Swap them.");
    }
    if (ChronoUnit.DAYS.between(first, last) >= MOST) {
      throw wrong(
          "from", "from is at most " + (MOST - 1) + " days before to, which is " + last + ".");
    }
    return new Days(first, last);
  }

  private static LocalDate day(String name, String text) {
    try {
      if (FORM.matcher(text).matches()) {
        return LocalDate.parse(text);
      }
    } catch (DateTimeException e) {
      // A form without a day in the calendar: falls through to the same answer as no form.
    }
    throw wrong(name, name + " is a day in UTC, written as 2026-01-31.");
  }

  private static Problem wrong(String name, String detail) {
    return Problem.field(400, "PARAMETER_INVALID", name, detail);
  }
}
