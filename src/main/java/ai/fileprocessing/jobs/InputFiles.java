package ai.fileprocessing.jobs;

import ai.fileprocessing.files.Files;
import ai.fileprocessing.files.StoredFile;
import ai.fileprocessing.inference.Ask;
import ai.fileprocessing.inference.Fit;
import ai.fileprocessing.inference.Inference;
import ai.fileprocessing.inference.Route;
import ai.fileprocessing.platform.Ids;
import ai.fileprocessing.platform.Problem;
import ai.fileprocessing.platform.Problem.FieldError;
import ai.fileprocessing.platform.Sha256;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a job may be about: all that is known to fail is refused, each input by its place. */
@ApplicationScoped
class InputFiles {
  /**
   * What is known of one of them.
   *
   * @param pointer to it in the request
   * @param fileId as the request names it; null for a text
   * @param input null where there is none
   * @param route in which form it will reach the model; null where it cannot
   * @param problem why it cannot be in the job; null where it can
   */
  record Check(String pointer, String fileId, JobInput input, Route route, JobFile.Error problem) {
    private static Check of(String pointer, String fileId, JobInput input) {
      return new Check(pointer, fileId, input, null, null);
    }

    private static Check failed(String pointer, String fileId, String code, String why) {
      return new Check(pointer, fileId, null, null, new JobFile.Error(code, why));
    }

    private Check fitted(Fit fit) {
      return fit instanceof Fit.Fits fits
          ? new Check(pointer, fileId, input, fits.route(), null)
          : new Check(
              pointer,
              fileId,
              input,
              null,
              new JobFile.Error("FILE_UNFIT", ((Fit.Misfit) fit).why()));
    }
  }

  private final Files files;
  private final Inference inference;
  private final Ids ids;
  private final Clock clock;
  private final JobsSettings settings;

  @Inject
  InputFiles(Files files, Inference inference, Ids ids, Clock clock, JobsSettings settings) {
    this.files = files;
    this.inference = inference;
    this.ids = ids;
    this.clock = clock;
    this.settings = settings;
  }

  /**
   * The caller's files that a request names, and then its texts, which become inputs of their own.
   *
   * @throws Problem 404 when the caller does not have all files; 422 when they are too many, one is
   *     named twice, or one cannot be processed
   */
  JobInputs of(String userId, NewJob wanted, Ask ask) {
    List<Check> checks = check(userId, wanted, ask);
    refuse(checks, 422, "FILE_DUPLICATE", "A file can be in a job once.");
    refuse(
        checks,
        404,
        "FILE_NOT_FOUND",
        "You do not have all of these files; see errors. GET /files lists yours.");
    refuse(
        checks,
        422,
        "FILE_UNFIT",
        "Some files cannot be processed; see errors. Nothing was created.");
    Map<String, byte[]> contents = new HashMap<>();
    List<NewText> texts = wanted.newTexts();
    for (int i = 0; i < texts.size(); i++) {
      JobInput input = checks.get(wanted.fileIds().size() + i).input();
      contents.put(input.file().fileId(), texts.get(i).bytes());
    }
    return new JobInputs(checks.stream().map(Check::input).toList(), contents);
  }

  /**
   * What is known of each of them, in their order.
   *
   * @throws Problem 422 when they are too many
   */
  List<Check> check(String userId, NewJob wanted, Ask ask) {
    refuseTooMany(wanted);
    List<String> ids = wanted.fileIds();
    Map<String, StoredFile> found = files.findAll(userId, ids.stream().distinct().toList());
    List<Check> checks = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < ids.size(); i++) {
      String pointer = "/files/" + i;
      StoredFile file = found.get(ids.get(i));
      if (!seen.add(ids.get(i))) {
        checks.add(
            Check.failed(
                pointer, ids.get(i), "FILE_DUPLICATE", "This file_id is already in the list."));
      } else if (file == null) {
        checks.add(
            Check.failed(pointer, ids.get(i), "FILE_NOT_FOUND", "You have no file with this id."));
      } else {
        checks.add(Check.of(pointer, file.fileId(), new JobInput(file, JobFile.Source.FILE, i)));
      }
    }
    for (NewText text : wanted.newTexts()) {
      String pointer = "/texts/" + (checks.size() - ids.size());
      StoredFile file = file(userId, text);
      checks.add(Check.of(pointer, null, new JobInput(file, JobFile.Source.TEXT, checks.size())));
    }
    return fitted(checks, ask, Mode.of(wanted.mode()));
  }

  private List<Check> fitted(List<Check> checks, Ask ask, Mode mode) {
    List<Fit.Facts> facts =
        checks.stream().filter(it -> it.input() != null).map(it -> it.input().facts()).toList();
    Iterator<Fit> fits =
        (mode == Mode.TOGETHER && !facts.isEmpty()
                ? inference.fitTogether(ask, facts)
                : inference.fit(ask, facts))
            .iterator();
    return checks.stream().map(it -> it.input() == null ? it : it.fitted(fits.next())).toList();
  }

  private StoredFile file(String userId, NewText text) {
    return new StoredFile(
        ids.next(),
        text.name(),
        "text/plain",
        null,
        text.bytes().length,
        Sha256.of(text.content()),
        userId,
        clock.instant().getEpochSecond());
  }

  private void refuseTooMany(NewJob wanted) {
    boolean together = Mode.of(wanted.mode()) == Mode.TOGETHER;
    int most = together ? settings.togetherFiles() : settings.maxFiles();
    if (wanted.fileIds().size() + wanted.newTexts().size() <= most) {
      return;
    }
    String detail =
        together
            ? "A job in mode together takes at most " + most + " files and texts. Use mode each."
            : "A job takes at most " + most + " files and texts. Split it.";
    List<FieldError> errors = new ArrayList<>();
    if (!wanted.fileIds().isEmpty()) {
      errors.add(new FieldError("/files", detail));
    }
    if (!wanted.newTexts().isEmpty()) {
      errors.add(new FieldError("/texts", detail));
    }
    throw Problem.of(422, "TOO_MANY_FILES", detail, errors);
  }

  private static void refuse(List<Check> checks, int status, String code, String detail) {
    List<FieldError> errors =
        checks.stream()
            .filter(it -> it.problem() != null && it.problem().code().equals(code))
            .map(it -> new FieldError(it.pointer(), it.problem().message()))
            .toList();
    if (!errors.isEmpty()) {
      throw Problem.of(status, code, detail, errors);
    }
  }
}
