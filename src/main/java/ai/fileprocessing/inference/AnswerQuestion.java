package ai.fileprocessing.inference;

import ai.fileprocessing.inference.Outcome.Answered;
import ai.fileprocessing.inference.Outcome.Failed;
import ai.fileprocessing.inference.Outcome.Passing;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Answers one question: shows the model its inputs, all at once or part by part, and has the
 * answers to parts merged. What a model finds too long is shown it again in smaller parts.
 */
final class AnswerQuestion {
  static final String TOO_LONG = "INPUT_TOO_LONG";

  /** How often parts are made half as long before they count as too long however short. */
  private static final int NARROWEST = 3;

  private final ReadingSettings settings;
  private final Limits limits;
  private final Question question;
  private final HoldConversation conversation;
  private final MemoryUse memory;
  private final Course course;

  AnswerQuestion(
      ReadingSettings settings,
      Limits limits,
      Question question,
      HoldConversation conversation,
      MemoryUse memory,
      Course course) {
    this.settings = settings;
    this.limits = limits;
    this.question = question;
    this.conversation = conversation;
    this.memory = memory;
    this.course = course;
  }

  /**
   * @param routes of the inputs, as they were chosen
   */
  Outcome by(List<Route> routes) {
    try {
      return question.inputs().size() == 1 ? alone(routes.get(0)) : together(routes);
    } catch (UnusableFileException e) {
      return failed(e);
    } catch (Patience.EndedException e) {
      return e.isInterrupted()
          ? stopped()
          : failed(
              UnusableFileException.tooComplex(
                  "Reading the file took longer than " + settings.time() + "."));
    }
  }

  private Passing stopped() {
    return new Passing(
        "CANCELLED",
        "The call was stopped.",
        !conversation.usage().equals(Usage.NONE),
        Passing.Cause.CANCELLED);
  }

  private Failed failed(UnusableFileException e) {
    return new Failed(e.code(), e.getMessage(), conversation.usage());
  }

  private Outcome alone(Route chosen) throws UnusableFileException {
    try (Original original = new Original(question.inputs().get(0))) {
      Route route = null;
      int parts = 0;
      Outcome outcome = null;
      Material material = null;
      for (int narrower = 0; narrower <= NARROWEST; narrower++) {
        // Let go before it is read again: it would be in memory twice.
        material = null;
        material = read(original, chosen, narrower);
        boolean same = material.route() == route && material.parts().size() == parts;
        route = material.route();
        parts = material.parts().size();
        if (!same) {
          outcome = ask(material);
          if (!isTooLong(outcome)) {
            break;
          }
        }
      }
      return outcome;
    }
  }

  private Material read(Original original, Route route, int narrower) throws UnusableFileException {
    Held held = new Held(memory, 0);
    if (narrower > 0) {
      original.putAside();
      held.now(Footprint.of(original.input().facts()));
    }
    return new ReadInput(settings, limits, question.ask(), narrower, held).read(original, route);
  }

  private static boolean isTooLong(Outcome outcome) {
    return outcome instanceof Failed failed && failed.code().equals(TOO_LONG);
  }

  private Outcome ask(Material material) throws UnusableFileException {
    int count = material.parts().size();
    if (count == 1) {
      return by(material, conversation.about(Blocks.alone(material.parts().get(0).show())));
    }
    List<String> answers = new ArrayList<>();
    for (Material.Part part : material.parts()) {
      Optional<String> earlier = course.earlier(part.name());
      if (earlier.isPresent()) {
        answers.add(earlier.get());
        continue;
      }
      if (!answers.isEmpty() && !course.goesOn()) {
        return stopped();
      }
      Usage before = conversation.usage();
      Outcome outcome =
          conversation.aboutPart(Blocks.part(part.show(), answers.size() + 1, count, part.where()));
      if (!(outcome instanceof Answered answered)) {
        return outcome;
      }
      course.keep(part.name(), answered.text(), conversation.usage().minus(before));
      answers.add(answered.text());
    }
    return by(material, merge(answers));
  }

  /** Merges as many answers at once as there is room for, until one is left. */
  private Outcome merge(List<String> answers) {
    int room = limits.room(question.ask());
    List<String> left = answers;
    while (true) {
      List<List<String>> groups = groups(left, room);
      if (groups.size() == left.size()) {
        return unmerged();
      }
      List<String> merged = new ArrayList<>();
      for (List<String> group : groups) {
        if (group.size() == 1) {
          merged.add(group.get(0));
          continue;
        }
        if (!course.goesOn()) {
          return stopped();
        }
        Outcome outcome =
            groups.size() == 1
                ? conversation.about(Blocks.merge(group))
                : conversation.aboutPart(Blocks.merge(group));
        if (isTooLong(outcome)) {
          return unmerged();
        }
        if (groups.size() == 1 || !(outcome instanceof Answered answered)) {
          return outcome;
        }
        merged.add(answered.text());
      }
      left = merged;
    }
  }

  /** Not as something that smaller parts would mend: those have more answers. */
  private Failed unmerged() {
    return new Failed(
        "ANSWERS_TOO_LONG",
        "The answers to the file's parts are too long to be merged. Ask for less, or split the file.",
        conversation.usage());
  }

  private static List<List<String>> groups(List<String> answers, int room) {
    List<List<String>> groups = new ArrayList<>();
    long taken = room;
    for (String answer : answers) {
      long length = Utf8.length(answer);
      if (taken + length > room) {
        groups.add(new ArrayList<>());
        taken = 0;
      }
      groups.get(groups.size() - 1).add(answer);
      taken += length;
    }
    return groups;
  }

  private static Outcome by(Material material, Outcome outcome) {
    return outcome instanceof Answered answered ? answered.by(List.of(material.route())) : outcome;
  }

  private Outcome together(List<Route> routes) throws UnusableFileException {
    ShowTogether all =
        new ShowTogether(settings, limits, question.ask(), question.inputs(), memory);
    for (int i = 0; i < routes.size(); i++) {
      all.add(question.inputs().get(i), routes.get(i));
    }
    Outcome outcome = conversation.about(Blocks.together(question.inputs(), all.shown()));
    return outcome instanceof Answered answered ? answered.by(all.routes()) : outcome;
  }
}
