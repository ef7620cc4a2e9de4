package ai.fileprocessing.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fileprocessing.CorpusFile;
import ai.fileprocessing.platform.TestFloor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ReadInputTest {
  private static final String MODEL = "global.anthropic.claude-haiku-4-5-20251001-v1:0";
  private static final long MB = 1 << 20;

  private final InferenceSettings settings = InferenceSettings.from(TestFloor.settings(Map.of()));
  private final Limits limits = Limits.of(new ModelList(settings).traits(MODEL));
  private final Ask ask = new Ask(MODEL, new Parameters(4_096, null, null, null), "the prompt");
  private final List<Long> told = new ArrayList<>();

  @Test
  void whatTakesMoreMemoryThanThereEverIsIsRefusedBeforeItWaitsForIt() {
    byte[] unpacksTo10 = Papers.odt("<text:p>" + " ".repeat(10 << 20) + "</text:p>", "");

    assertThatThrownBy(() -> read(Papers.ODT, unpacksTo10, 60 * MB, unhurried()))
        .isInstanceOfSatisfying(
            UnusableFileException.class,
            e -> {
              assertThat(e.code()).isEqualTo("FILE_TOO_COMPLEX");
              assertThat(e).hasMessageContaining("64 MB of memory; the most here is 60. Split");
            });
    assertThat(told).isEmpty();
  }

  @Test
  void aPdfOfMoreStructureThanThereEverIsRoomForIsRefused() {
    byte[] book = CorpusFile.named("300-pages.pdf").bytes();

    assertThatThrownBy(() -> read("application/pdf", book, 12 * MB, unhurried()))
        .isInstanceOfSatisfying(
            UnusableFileException.class, e -> assertThat(e.code()).isEqualTo("FILE_TOO_COMPLEX"));
  }

  @Test
  void readingAPartTakesFromTheTimeOfTheWholeFile() throws Exception {
    byte[] pdf = Papers.pdf(230, 0);
    AtomicLong ticks = new AtomicLong();
    Patience measuring = new Patience(Duration.ofDays(1), ticks::incrementAndGet);
    Input input = input("application/pdf", pdf);
    try (Original original = new Original(input)) {
      Material.Content first = content(original, measuring);
      long reading = ticks.get();
      first.show();
      long both = ticks.get();
      assertThat(both).isGreaterThan(reading);

      Patience ending = new Patience(Duration.ofNanos(both - 5), new AtomicLong()::incrementAndGet);
      Material.Content again = content(original, ending);
      assertThatThrownBy(again::show).isInstanceOf(Patience.EndedException.class);
    }
  }

  private Material.Content content(Original original, Patience patience) throws Exception {
    return reading(Long.MAX_VALUE, patience)
        .read(original, Route.SPLIT_PAGES)
        .parts()
        .get(0)
        .content();
  }

  private static Patience unhurried() {
    return new Patience(Duration.ofMinutes(5));
  }

  private ReadInput reading(long most, Patience patience) {
    return new ReadInput(settings.reading(), limits, ask, new Held(told::add, 0, most), patience);
  }

  private void read(String type, byte[] content, long most, Patience patience) throws Exception {
    try (Original original = new Original(input(type, content))) {
      reading(most, patience).read(original, Route.EXTRACTED_TEXT);
    }
  }

  private static Input input(String type, byte[] content) {
    return new Input(0, "name", type, content);
  }
}
