package ai.fileprocessing.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fileprocessing.inference.Usage;
import ai.fileprocessing.jobs.UsageReport.Line;
import ai.fileprocessing.jobs.UsageReport.Total;
import ai.fileprocessing.jobs.UsageRows.Used;
import ai.fileprocessing.platform.Json;
import java.time.LocalDate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class UsageReportTest {
  private static final Days DAYS =
      new Days(LocalDate.parse("2026-01-01"), LocalDate.parse("2026-01-02"));

  @Test
  void jobsAreSummedByDayAndModelTheNewestDayFirst() {
    UsageReport report =
        report(
            new Used("2026-01-01", "a", "m", new Usage(1, 2, 3, 4, 5)),
            new Used("2026-01-01", "b", "l", new Usage(1, 0, 0, 0, 0)),
            new Used("2026-01-01", "c", "m", new Usage(10, 20, 30, 40, 50)),
            new Used("2026-01-02", "d", "m", new Usage(7, 0, 0, 0, 1)));

    assertThat(report.days())
        .containsExactly(
            new Line("2026-01-02", "m", 1, new Usage(7, 0, 0, 0, 1)),
            new Line("2026-01-01", "l", 1, new Usage(1, 0, 0, 0, 0)),
            new Line("2026-01-01", "m", 2, new Usage(11, 22, 33, 44, 55)));
    assertThat(report.total()).isEqualTo(new Total(4, new Usage(19, 22, 33, 44, 56)));
  }

  @Test
  void aJobWithSeveralRowsIsOneJob() {
    UsageReport report =
        report(
            new Used("2026-01-01", "a", "m", new Usage(1, 0, 0, 0, 0)),
            new Used("2026-01-01", "a", "m", new Usage(2, 0, 0, 0, 0)));

    assertThat(report.days())
        .containsExactly(new Line("2026-01-01", "m", 1, new Usage(3, 0, 0, 0, 0)));
    assertThat(report.total().jobs()).isOne();
  }

  @Test
  void whereThereIsNothingTheTotalIsZero() {
    assertThat(Json.strict().writeValueAsString(report()))
        .isEqualTo(
            "{\"from\":\"2026-01-01\",\"to\":\"2026-01-02\",\"days\":[],\"total\":{\"jobs\":0,"
                + "\"input_tokens\":0,\"output_tokens\":0,\"cache_read_tokens\":0,"
                + "\"cache_write_tokens\":0,\"estimated_cost\":0}}");
  }

  private static UsageReport report(Used... rows) {
    return UsageReport.of(DAYS, Stream.of(rows));
  }
}
