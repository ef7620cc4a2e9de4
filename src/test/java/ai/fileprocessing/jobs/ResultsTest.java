package ai.fileprocessing.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fileprocessing.inference.Outcome.Answered;
import ai.fileprocessing.inference.Output.Format;
import ai.fileprocessing.inference.Route;
import ai.fileprocessing.inference.Usage;
import ai.fileprocessing.platform.DownloadLink;
import ai.fileprocessing.platform.Sha256;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResultsTest {
  private final TestJobs jobs = new TestJobs();
  private final Results results = jobs.results;
  private final Ticket ticket = new Ticket(jobs.alice, jobs.ids.next(), jobs.ids.next());

  @Test
  void aResultIsFoundWithItsUsage() {
    Results.Result kept =
        results.keep(ticket, 1, answer("text", 7), answer("text", 7).usage(), Format.TEXT);

    assertThat(kept)
        .isEqualTo(
            new Results.Result(
                1, new Usage(7, 2, 0, 0, 0), "end_turn", List.of(), Sha256.of("text")));
    assertThat(results.find(ticket)).contains(kept);
  }

  @Test
  void whoFindsAResultLearnsByWhichRoutesItCame() {
    List<Route> routes = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      routes.add(Route.values()[i % Route.values().length]);
    }
    Results.Result kept =
        results.keep(
            ticket,
            1,
            new Answered("text", "end_turn", Usage.NONE, List.of(), routes),
            new Answered("text", "end_turn", Usage.NONE, List.of(), routes).usage(),
            Format.TEXT);

    assertThat(kept.routes()).isEqualTo(routes);
    assertThat(results.find(ticket)).contains(kept);
  }

  @Test
  void whereNoneIsNoneIsFound() {
    assertThat(results.find(ticket)).isEmpty();
  }

  @Test
  void theFirstResultStaysAndIsWhatTheSecondLearns() throws Exception {
    results.keep(ticket, 1, answer("first", 1), answer("first", 1).usage(), Format.TEXT);

    assertThat(
            results
                .keep(ticket, 1, answer("second", 2), answer("second", 2).usage(), Format.TEXT)
                .usage())
        .isEqualTo(new Usage(1, 2, 0, 0, 0));
    assertThat(text()).isEqualTo("first");
  }

  @Test
  void ofResultsAtOnceOneStaysAndAllLearnThatOne() {
    List<Results.Result> kept =
        IntStream.range(0, 12)
            .parallel()
            .mapToObj(
                i ->
                    results.keep(
                        ticket,
                        1,
                        answer("text " + i, i),
                        answer("text " + i, i).usage(),
                        Format.TEXT))
            .distinct()
            .toList();

    assertThat(kept).hasSize(1);
    assertThat(results.find(ticket)).contains(kept.get(0));
  }

  @Test
  void resultsOfOtherUsersJobsAndFilesAreOthers() {
    results.keep(ticket, 1, answer("text", 1), answer("text", 1).usage(), Format.TEXT);

    assertThat(results.find(new Ticket("mallory", ticket.jobId(), ticket.fileId()))).isEmpty();
    assertThat(results.find(new Ticket(jobs.alice, jobs.ids.next(), ticket.fileId()))).isEmpty();
    assertThat(results.find(new Ticket(jobs.alice, ticket.jobId(), jobs.ids.next()))).isEmpty();
  }

  @Test
  void aResultIsAnAttachmentOfPlainTextWhateverItHolds() throws Exception {
    results.keep(
        ticket,
        1,
        answer("<script>\u00fc \uD83D\uDE00</script>", 1),
        answer("<script>\u00fc \uD83D\uDE00</script>", 1).usage(),
        Format.TEXT);
    DownloadLink link = results.link(ticket, "page.html", Format.TEXT);

    HttpResponse<String> answer = get(link);
    assertThat(answer.body()).isEqualTo("<script>\u00fc \uD83D\uDE00</script>");
    assertThat(answer.headers().firstValue("Content-Type").orElseThrow().replace(" ", ""))
        .isEqualTo("text/plain;charset=utf-8");
    assertThat(answer.headers().firstValue("Content-Disposition").orElseThrow())
        .startsWith("attachment; filename=\"page.result.txt\"");
    assertThat(link.filename()).isEqualTo("page.result.txt");
    assertThat(link.expiresAt()).isEqualTo(TestJobs.NOW + 900);
  }

  @ParameterizedTest
  @CsvSource({
    "report.txt,TEXT,report.result.txt",
    "report.pdf,JSON,report.result.json",
    "report.json,JSON,report.result.json",
    "report.docx,MARKDOWN,report.result.md",
    "archive.tar.gz,TEXT,archive.tar.result.txt",
    "README,TEXT,README.result.txt",
    ".env,JSON,.env.result.json",
    "a.,TEXT,a.result.txt"
  })
  void aResultIsNamedAfterItsFileAndItsForm(String filename, Format format, String name) {
    assertThat(Results.resultName(filename, format)).isEqualTo(name);
  }

  @ParameterizedTest
  @CsvSource({
    "JSON,application/json,page.result.json",
    "MARKDOWN,text/markdown;charset=utf-8,page.result.md"
  })
  void aResultHasTheMediaTypeOfItsForm(Format format, String type, String name) throws Exception {
    results.keep(ticket, 1, answer("{}", 1), answer("{}", 1).usage(), format);
    DownloadLink link = results.link(ticket, "page.html", format);

    HttpResponse<String> answer = get(link);
    assertThat(answer.headers().firstValue("Content-Type").orElseThrow().replace(" ", ""))
        .isEqualTo(type);
    assertThat(answer.headers().firstValue("Content-Disposition").orElseThrow())
        .startsWith("attachment; filename=\"" + name + "\"");
    assertThat(link.contentType().replace(" ", "")).isEqualTo(type);
    assertThat(link.filename()).isEqualTo(name);
  }

  private String text() throws Exception {
    return get(results.link(ticket, "n", Format.TEXT)).body();
  }

  private static HttpResponse<String> get(DownloadLink link) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(link.presignedUrl())).build(),
            HttpResponse.BodyHandlers.ofString());
  }

  private static Answered answer(String text, int inputTokens) {
    return new Answered(text, "end_turn", new Usage(inputTokens, 2, 0, 0, 0));
  }
}
