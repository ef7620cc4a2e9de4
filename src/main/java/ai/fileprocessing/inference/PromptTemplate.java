package ai.fileprocessing.inference;

import ai.fileprocessing.platform.Problem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A prompt with places to fill: <code>{{filename}}</code>, <code>{{content_type}}</code>, <code>
 * {{index}}</code> (from 1) and <code>{{count}}</code>; <code>{{file}}</code> is where the file
 * itself goes. Four braces <code>{{{{</code> stand for two. What is filled in is not read again, so
 * that a file's name can bring no places of its own.
 */
final class PromptTemplate {
  /** A bound on what a prompt can grow to, at {@link ShownText#LONGEST} characters a place. */
  private static final int MOST_PLACES = 100;

  private static final String OPEN = "{{";
  private static final String CLOSE = "}}";
  private static final String ESCAPED = "{{{{";

  private enum Variable {
    FILENAME(true),
    CONTENT_TYPE(true),
    INDEX(true),
    COUNT(false),
    FILE(false);

    /** Whether it differs between the files of a job. */
    private final boolean ofOneFile;

    Variable(boolean ofOneFile) {
      this.ofOneFile = ofOneFile;
    }

    static Optional<Variable> named(String name) {
      return Arrays.stream(values()).filter(it -> it.text().equals(name)).findFirst();
    }

    String text() {
      return name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
      return OPEN + text() + CLOSE;
    }
  }

  private sealed interface Piece {
    record Text(String text) implements Piece {}

    record Place(Variable variable) implements Piece {}
  }

  /**
   * A prompt with everything in its place.
   *
   * @param same how it begins for every file of the job
   * @param own how it goes on for these files
   * @param placed whether the file goes behind that, so that all of it belongs to one message
   * @param after what stands behind the file; empty where the file is not placed
   */
  record Rendered(String same, String own, boolean placed, String after) {}

  private final List<Piece> pieces = new ArrayList<>();
  private final List<String> faults = new ArrayList<>();

  private PromptTemplate(String prompt) {
    StringBuilder text = new StringBuilder();
    int at = 0;
    int close = prompt.indexOf(CLOSE);
    while (at < prompt.length()) {
      close = close >= 0 && close < at ? prompt.indexOf(CLOSE, at) : close;
      if (prompt.startsWith(ESCAPED, at)) {
        text.append(OPEN);
        at += ESCAPED.length();
      } else if (prompt.startsWith(OPEN, at) && close >= 0) {
        String name = prompt.substring(at + OPEN.length(), close);
        Optional<Variable> variable = Variable.named(name.strip());
        if (variable.isPresent()) {
          pieces.add(new Piece.Text(text.toString()));
          pieces.add(new Piece.Place(variable.get()));
          text.setLength(0);
        } else {
          faults.add(OPEN + ShownText.of(name) + CLOSE + " is unknown");
          text.append(prompt, at, close + CLOSE.length());
        }
        at = close + CLOSE.length();
      } else if (prompt.startsWith(OPEN, at)) {
        faults.add(OPEN + " is not closed by " + CLOSE);
        text.append(OPEN);
        at += OPEN.length();
      } else {
        text.append(prompt.charAt(at++));
      }
    }
    pieces.add(new Piece.Text(text.toString()));
    if (places(Variable.FILE) > 1) {
      faults.add(Variable.FILE + " is there more than once");
    }
    if (pieces.size() / 2 > MOST_PLACES) {
      faults.add("there are more than " + MOST_PLACES + " variables");
    }
  }

  /**
   * Reads a prompt.
   *
   * @param field of the request, which named it
   * @throws Problem 422 for a variable that does not exist, one that is not closed, or too many
   */
  static PromptTemplate parse(String prompt, String field) {
    PromptTemplate template = new PromptTemplate(prompt);
    if (!template.faults.isEmpty()) {
      throw invalid(
          field,
          template.faults.stream().distinct().limit(3).collect(Collectors.joining("; "))
              + ". Known: "
              + known(false)
              + ". Write "
              + ESCAPED
              + " for "
              + OPEN
              + ".");
    }
    return template;
  }

  /** Reads a prompt that was taken before there were templates too: what is wrong in it is text. */
  static PromptTemplate taken(String prompt) {
    return new PromptTemplate(prompt);
  }

  /**
   * Refuses what has no meaning where a question is about all files together.
   *
   * @param field of the request, which named it
   * @throws Problem 422 for a variable of one file
   */
  void refuseVariablesOfOneFile(String field) {
    String found =
        Arrays.stream(Variable.values())
            .filter(it -> it.ofOneFile && places(it) > 0)
            .map(Variable::toString)
            .collect(Collectors.joining(", "));
    if (!found.isEmpty()) {
      throw invalid(
          field,
          found
              + " differs between files and has no value in mode together. Known there: "
              + known(true)
              + ".");
    }
  }

  /** Fills it in for a question; a variable of one file is that of its first input. */
  Rendered render(Question question) {
    Input input = question.inputs().get(0);
    StringBuilder same = new StringBuilder();
    StringBuilder own = new StringBuilder();
    StringBuilder after = new StringBuilder();
    boolean placed = false;
    boolean differs = false;
    for (Piece piece : pieces) {
      if (piece instanceof Piece.Place place && place.variable() == Variable.FILE) {
        placed = true;
      } else {
        differs |= piece instanceof Piece.Place place && place.variable().ofOneFile;
        StringBuilder into = placed ? after : differs ? own : same;
        into.append(text(piece, input, question.count()));
      }
    }
    if (!own.isEmpty()) {
      // A seam in the middle of a line could be seen.
      int line = same.lastIndexOf("\n") + 1;
      own.insert(0, same.substring(line));
      same.setLength(line);
    }
    return new Rendered(same.toString(), own.toString(), placed, after.toString());
  }

  private static String text(Piece piece, Input input, int count) {
    if (piece instanceof Piece.Text text) {
      return text.text();
    }
    return switch (((Piece.Place) piece).variable()) {
      case FILENAME -> ShownText.of(input.name());
      case CONTENT_TYPE -> ShownText.of(input.contentType());
      case INDEX -> Integer.toString(input.position() + 1);
      case COUNT -> Integer.toString(count);
      case FILE -> "";
    };
  }

  private long places(Variable variable) {
    return pieces.stream().filter(new Piece.Place(variable)::equals).count();
  }

  private static String known(boolean together) {
    return Arrays.stream(Variable.values())
        .filter(it -> !together || !it.ofOneFile)
        .map(Variable::toString)
        .collect(Collectors.joining(", "));
  }

  private static Problem invalid(String field, String what) {
    return Problem.field(422, "PROMPT_INVALID", "/" + field, "In " + field + ": " + what);
  }
}
