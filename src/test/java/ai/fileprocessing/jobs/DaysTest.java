package ai.fileprocessing.jobs;

import static ai.fileprocessing.platform.TestFloor.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DaysTest {
  private static final LocalDate TODAY = LocalDate.parse("2026-03-10");

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "-, -, 2026-02-09, 2026-03-10",
        "-, 2026-01-31, 2026-01-02, 2026-01-31",
        "2026-03-01, -, 2026-03-01, 2026-03-10",
        "2026-03-10, 2026-03-10, 2026-03-10, 2026-03-10",
        "2024-01-01, 2024-12-31, 2024-01-01, 2024-12-31",
        "2030-01-01, 2030-01-02, 2030-01-01, 2030-01-02"
      })
  void whatIsLeftOutEndsTodayAndIsThirtyDays(String from, String to, String first, String last) {
    assertThat(days(from, to)).isEqualTo(new Days(LocalDate.parse(first), LocalDate.parse(last)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "today",
        "2026-3-1",
        "2026-02-30",
        "2026-13-01",
        "2026-01-01T00:00:00Z",
        "+12026-01-01",
        "-2026-01-01",
        "1767225600",
        " 2026-01-01"
      })
  void whatIsNoDayIsRefusedByTheNameOfTheParameter(String text) {
    assertProblem(() -> days(text, null), 400, "PARAMETER_INVALID", "from");
    assertProblem(() -> days(null, text), 400, "PARAMETER_INVALID", "to");
  }

  @Test
  void daysThatEndBeforeTheyBeginAreRefused() {
    assertProblem(() -> days("2026-01-02", "2026-01-01"), 400, "PARAMETER_INVALID", "from");
    assertProblem(() -> days("2026-03-11", null), 400, "PARAMETER_INVALID", "from");
  }

  @Test
  void aLeapYearIsTheMost() {
    assertThat(days("2025-03-10", null).from()).isEqualTo(TODAY.minusDays(365));
    assertProblem(() -> days("2025-03-09", null), 400, "PARAMETER_INVALID", "from");
    assertProblem(() -> days("0000-01-01", "9999-12-31"), 400, "PARAMETER_INVALID", "from");
  }

  private static Days days(String from, String to) {
    return Days.of(Optional.ofNullable(from), Optional.ofNullable(to), TODAY);
  }
}
