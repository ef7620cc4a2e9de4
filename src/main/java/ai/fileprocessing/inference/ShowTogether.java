package ai.fileprocessing.inference;

import java.util.ArrayList;
import java.util.List;

/** Reads inputs that go into one message, and sees that they fit into it. */
final class ShowTogether {
  /** What to do about files that are too much for one request. */
  static final String REMEDY = " Leave files out, or use mode each.";

  private final ReadingSettings settings;
  private final Limits limits;
  private final Ask ask;
  private final MemoryUse memory;
  private final int room;
  private final List<Shown> shown = new ArrayList<>();
  private final List<Route> routes = new ArrayList<>();
  private long beside;
  private long text;
  private int pages;

  /**
   * @param inputs all that will be added, whose bytes are held until their turn comes
   */
  ShowTogether(
      ReadingSettings settings, Limits limits, Ask ask, List<Input> inputs, MemoryUse memory) {
    this.settings = settings;
    this.limits = limits;
    this.ask = ask;
    this.memory = memory;
    beside = inputs.stream().mapToLong(Input::size).sum();
    room = limits.room(ask);
  }

  /**
   * Takes the next one.
   *
   * @throws UnusableFileException when it is of no use, or too much beside those before it
   */
  void add(Input input, Route route) throws UnusableFileException {
    beside -= input.size();
    try (Original original = new Original(input)) {
      Material material =
          new ReadInput(
                  settings,
                  limits,
                  ask,
                  new Held(memory, beside, settings.heap()),
                  new Patience(settings.time()))
              .read(original, route);
      if (material.parts().size() > 1) {
        throw tooLong("It is too long to be shown in one piece.");
      }
      Shown next = material.parts().get(0).content().show();
      input.letGo();
      count(next);
      shown.add(next);
      beside += material.held();
      routes.add(material.route());
    } catch (UnusableFileException e) {
      throw e.of(shown.size() + 1);
    }
  }

  List<Shown> shown() {
    return shown;
  }

  List<Route> routes() {
    return routes;
  }

  private void count(Shown next) throws UnusableFileException {
    if (next instanceof Shown.Text words) {
      text += Utf8.length(words.text());
    } else if (next instanceof Shown.Document document) {
      pages += document.pages();
    }
    if (text > room) {
      throw tooLong("With it the texts have %d bytes; the most is %d.".formatted(text, room));
    }
    if (pages > limits.pages()) {
      throw tooLong(
          "With it the PDFs have %d pages; the most is %d.".formatted(pages, limits.pages()));
    }
  }

  private static UnusableFileException tooLong(String why) {
    return new UnusableFileException(AnswerQuestion.TOO_LONG, why + REMEDY);
  }
}
