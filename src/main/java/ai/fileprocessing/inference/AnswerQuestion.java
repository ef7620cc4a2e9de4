package ai.fileprocessing.inference;

import ai.fileprocessing.inference.Outcome.Answered;
import ai.fileprocessing.inference.Outcome.Failed;
import ai.fileprocessing.inference.Outcome.Passing;
import java.util.List;

/**
 * Answers one question: reads its inputs and shows them to the model, all at once, or one part by
 * part.
 */
final class AnswerQuestion {
  static final String TOO_LONG = "INPUT_TOO_LONG";

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
          ? stopped(conversation.usage())
          : failed(
              UnusableFileException.tooComplex(
                  "Reading the file took longer than " + settings.time() + "."));
    }
  }

  static Passing stopped(Usage used) {
    return new Passing(
        "CANCELLED", "The call was stopped.", !used.equals(Usage.NONE), Passing.Cause.CANCELLED);
  }

  private Failed failed(UnusableFileException e) {
    return new Failed(e.code(), e.getMessage(), conversation.usage());
  }

  private Outcome alone(Route chosen) throws UnusableFileException {
    Held held = new Held(memory, 0, settings.heap());
    ReadInput reading =
        new ReadInput(settings, limits, question.ask(), held, new Patience(settings.time()));
    try (Original original = new Original(question.inputs().get(0))) {
      return new AskParts(
              reading.read(original, chosen),
              settings.parts(),
              limits.room(question.ask()),
              conversation,
              course,
              held)
          .outcome();
    }
  }

  static boolean isTooLong(Outcome outcome) {
    return outcome instanceof Failed failed && failed.code().equals(TOO_LONG);
  }

  private Outcome together(List<Route> routes) throws UnusableFileException {
    ShowTogether all =
        new ShowTogether(settings, limits, question.ask(), question.inputs(), memory);
    for (int i = 0; i < routes.size(); i++) {
      all.add(question.inputs().get(i), routes.get(i));
    }
    Outcome outcome =
        conversation.about("together", Blocks.together(question.inputs(), all.shown()));
    return outcome instanceof Answered answered ? answered.by(all.routes()) : outcome;
  }
}
