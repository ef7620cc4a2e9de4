package ai.fileprocessing.local;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The answer of the Bedrock stand-in: the same for the same model, prompt and text, made of nothing
 * but them, and saying so. Where prompt or text say {@code repeat the text}, it is the whole text,
 * for answers as long as a test wants them. Of documents and images it says what arrived, block by
 * block.
 */
final class ExtractiveAnswer {
  static final String NOTICE = "[stand-in for Amazon Bedrock: no model read this]";
  static final String REPEAT = "repeat the text";

  private static final int LONGEST_QUOTE = 2_000;
  private static final Pattern NO_WORD = Pattern.compile("[^\\p{L}\\p{N}]+");

  private ExtractiveAnswer() {}

  static String of(ConverseRequest request) {
    if (!request.hasMedia() || isRepeated(request.prompt(), request.text())) {
      return of(request.model(), request.prompt(), request.text());
    }
    StringBuilder answer = new StringBuilder(beginning(request.model(), request.prompt()));
    int number = 0;
    for (SentBlock block : request.blocks()) {
      if (!(block instanceof SentBlock.CachePoint)) {
        answer.append("\nBlock ").append(++number).append(": ").append(block.headline());
      }
      if (block.isReadable()) {
        answer.append("\n").append(summary(block.text()));
      }
    }
    return answer.toString();
  }

  static String of(String model, String prompt, String text) {
    if (isRepeated(prompt, text)) {
      return NOTICE + "\n" + text;
    }
    return beginning(model, prompt) + "\n" + summary(text);
  }

  private static boolean isRepeated(String prompt, String text) {
    return prompt.contains(REPEAT) || text.contains(REPEAT);
  }

  private static String beginning(String model, String prompt) {
    return String.join("\n", NOTICE, "Model: " + model, "Prompt: " + quote(prompt));
  }

  private static String summary(String text) {
    List<String> lines = text.lines().filter(line -> !line.isBlank()).toList();
    List<String> words = NO_WORD.splitAsStream(text).filter(word -> !word.isEmpty()).toList();
    return String.join(
        "\n",
        "Text: %d lines, %d words, %d characters"
            .formatted(text.lines().count(), words.size(), text.length()),
        "First line: " + quote(lines.isEmpty() ? "" : lines.get(0)),
        "Last line: " + quote(lines.isEmpty() ? "" : lines.get(lines.size() - 1)),
        "Most frequent words: " + mostFrequent(words));
  }

  private static String mostFrequent(List<String> words) {
    Map<String, Long> counts =
        words.stream()
            .filter(word -> word.length() > 3)
            .map(word -> word.toLowerCase(Locale.ROOT))
            .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    return counts.entrySet().stream()
        .sorted(
            Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                .thenComparing(Map.Entry.comparingByKey()))
        .limit(5)
        .map(count -> "%s (%d)".formatted(count.getKey(), count.getValue()))
        .collect(Collectors.joining(", "));
  }

  private static String quote(String text) {
    return text.length() <= LONGEST_QUOTE ? text : text.substring(0, LONGEST_QUOTE) + "…";
  }
}
