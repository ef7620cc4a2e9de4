package ai.fileprocessing.inference;

import ai.fileprocessing.inference.Outcome.Answered;
import ai.fileprocessing.inference.Outcome.Failed;
import ai.fileprocessing.platform.Sha256;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Asks about one input, part by part where it has several, and has their answers merged. A part
 * that the model finds too long is asked about in smaller ones, and the answers to others stay.
 */
final class AskParts {
  /** How often a part is halved before it counts as too long however short. */
  private static final int NARROWEST = 3;

  private record Piece(Material.Part part, int halved) {}

  private final int most;
  private final int room;
  private final HoldConversation conversation;
  private final Course course;
  private final Held held;
  private final Deque<Piece> left = new ArrayDeque<>();
  private final List<String> answers = new ArrayList<>();
  private Route route;

  /**
   * @param material which nobody else should hold on to: parts are let go once they were asked
   *     about
   * @param most parts that it may come to
   * @param room bytes of text that go into one question
   */
  AskParts(
      Material material,
      int most,
      int room,
      HoldConversation conversation,
      Course course,
      Held held) {
    this.most = most;
    this.room = room;
    this.conversation = conversation;
    this.course = course;
    this.held = held;
    route = material.route();
    material.parts().forEach(it -> left.add(new Piece(it, 0)));
  }

  Outcome outcome() throws UnusableFileException {
    while (!left.isEmpty()) {
      Piece next = left.pop();
      boolean whole = answers.isEmpty() && left.isEmpty();
      Optional<String> earlier = whole ? Optional.empty() : course.earlier(next.part().name());
      if (earlier.isPresent()) {
        answers.add(earlier.get());
        continue;
      }
      if (!answers.isEmpty() && !course.goesOn()) {
        return AnswerQuestion.stopped(conversation.usage());
      }
      Usage before = conversation.uncounted();
      Outcome outcome = whole ? whole(next.part()) : part(next.part());
      if (AnswerQuestion.isTooLong(outcome)) {
        if (!narrowed(next)) {
          return outcome;
        }
      } else if (whole || !(outcome instanceof Answered answered)) {
        return outcome;
      } else {
        course.keep(next.part().name(), answered.text(), conversation.uncounted().minus(before));
        answers.add(answered.text());
      }
      held.now(held());
    }
    held.now(Footprint.merging(answers));
    return by(merge());
  }

  private long held() {
    return Material.held(left.stream().map(Piece::part).toList()) + Footprint.answers(answers);
  }

  private Outcome whole(Material.Part part) throws UnusableFileException {
    return by(conversation.about(part.name(), Blocks.alone(part.content().show())));
  }

  private Outcome part(Material.Part part) throws UnusableFileException {
    int number = answers.size() + 1;
    return conversation.aboutPart(
        part.name(),
        Blocks.part(part.content().show(), number, number + left.size(), part.where()));
  }

  private Outcome by(Outcome outcome) {
    return outcome instanceof Answered answered ? answered.by(List.of(route)) : outcome;
  }

  /** Puts smaller parts in its place; false where there are none. */
  private boolean narrowed(Piece piece) throws UnusableFileException {
    if (piece.halved() == NARROWEST) {
      return false;
    }
    Optional<Material> smaller = piece.part().content().smaller();
    if (smaller.isEmpty()) {
      return false;
    }
    List<Material.Part> parts = smaller.get().parts();
    int count = answers.size() + parts.size() + left.size();
    if (count > most) {
      throw new UnusableFileException(
          AnswerQuestion.TOO_LONG,
          "The model finds parts of the file too long; in smaller ones they are %d questions; the most is %d. Split it."
              .formatted(count, most));
    }
    route = smaller.get().route();
    int halved = parts.size() > 1 ? piece.halved() + 1 : piece.halved();
    for (int i = parts.size() - 1; i >= 0; i--) {
      left.push(new Piece(parts.get(i), halved));
    }
    return true;
  }

  /** Merges as many answers at once as there is room for, until one is left. */
  private Outcome merge() {
    List<String> unmerged = answers;
    while (true) {
      List<List<String>> groups = groups(unmerged);
      if (groups.size() == unmerged.size()) {
        return unmerged();
      }
      List<String> merged = new ArrayList<>();
      for (List<String> group : groups) {
        if (group.size() == 1) {
          merged.add(group.get(0));
          continue;
        }
        String name = name(group);
        Optional<String> earlier = groups.size() == 1 ? Optional.empty() : course.earlier(name);
        if (earlier.isPresent()) {
          merged.add(earlier.get());
          continue;
        }
        if (!course.goesOn()) {
          return AnswerQuestion.stopped(conversation.usage());
        }
        Usage before = conversation.uncounted();
        Outcome outcome =
            groups.size() == 1
                ? conversation.about(name, Blocks.merge(group))
                : conversation.aboutPart(name, Blocks.merge(group));
        if (AnswerQuestion.isTooLong(outcome)) {
          return unmerged();
        }
        if (groups.size() == 1 || !(outcome instanceof Answered answered)) {
          return outcome;
        }
        course.keep(name, answered.text(), conversation.uncounted().minus(before));
        merged.add(answered.text());
      }
      unmerged = merged;
    }
  }

  /** By what is merged, which can change when a part is asked about again. */
  private static String name(List<String> group) {
    return "merge-" + Sha256.of(String.join("\0", group)).substring(0, 32);
  }

  /** Not as something that smaller parts would mend: those have more answers. */
  private Failed unmerged() {
    return new Failed(
        "ANSWERS_TOO_LONG",
        "The answers to the file's parts are too long to be merged. Ask for less, or split the file.",
        conversation.usage());
  }

  private List<List<String>> groups(List<String> unmerged) {
    List<List<String>> groups = new ArrayList<>();
    long taken = room;
    for (String answer : unmerged) {
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
}
