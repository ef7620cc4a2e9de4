package ai.fileprocessing.inference;

import ai.fileprocessing.platform.TestFloor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Reads one file as if it were asked about, in a process of its own, and prints the most memory
 * that this was told to take, to be run with heaps of about that size; what for: decision record
 * 22.
 */
final class ReadInAHeap {
  private static final String MODEL = "global.anthropic.claude-haiku-4-5-20251001-v1:0";

  private ReadInAHeap() {}

  /** The media type and the file. */
  public static void main(String[] arguments) throws Exception {
    InferenceSettings settings = InferenceSettings.from(TestFloor.settings(Map.of()));
    ModelList models = new ModelList(settings);
    Ask ask = new Ask(MODEL, new Parameters(4_096, null, null, null), "the prompt");
    // No variable holds the bytes: only the input does, as in the service.
    Input input = new Input(0, "a", arguments[0], Files.readAllBytes(Path.of(arguments[1])));
    long[] most = {Footprint.of(List.of(input.facts()))};
    Fit fit = new ChooseRoutes(settings, models).alone(ask, input.facts());
    Held held = new Held(bytes -> most[0] = Math.max(most[0], bytes), 0, Long.MAX_VALUE);
    try (Original original = new Original(input)) {
      new ReadInput(
              settings.reading(),
              Limits.of(models.traits(MODEL)),
              ask,
              held,
              new Patience(settings.reading().time()))
          .read(original, ((Fit.Fits) fit).route());
    }
    System.out.println(most[0]);
    // Whatever threads libraries have left.
    System.exit(0);
  }
}
