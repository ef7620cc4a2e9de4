package ai.fileprocessing.jobs;

import ai.fileprocessing.files.Files;
import ai.fileprocessing.files.StoredFile;
import ai.fileprocessing.inference.Ask;
import ai.fileprocessing.inference.Fit;
import ai.fileprocessing.inference.Inference;
import ai.fileprocessing.platform.Ids;
import ai.fileprocessing.platform.Problem;
import ai.fileprocessing.platform.Problem.FieldError;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a job may be about: all that is known to fail is refused, each input by its place. */
@ApplicationScoped
class InputFiles {
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
    refuseTooMany(wanted);
    refuseDoubled(wanted.fileIds());
    List<JobInput> inputs = new ArrayList<>();
    for (StoredFile file : existing(userId, wanted.fileIds())) {
      inputs.add(new JobInput(file, JobFile.Source.FILE, inputs.size()));
    }
    Map<String, byte[]> contents = new HashMap<>();
    for (NewText text : wanted.newTexts()) {
      StoredFile file = file(userId, text);
      inputs.add(new JobInput(file, JobFile.Source.TEXT, inputs.size()));
      contents.put(file.fileId(), text.bytes());
    }
    refuseUnfit(ask, Mode.of(wanted.mode()), inputs);
    return new JobInputs(inputs, contents);
  }

  private StoredFile file(String userId, NewText text) {
    return new StoredFile(
        ids.next(),
        text.name(),
        "text/plain",
        null,
        text.bytes().length,
        IdempotencyKeys.digest(text.content()),
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

  private static void refuseDoubled(List<String> fileIds) {
    Set<String> seen = new HashSet<>();
    List<FieldError> errors = new ArrayList<>();
    for (int i = 0; i < fileIds.size(); i++) {
      if (!seen.add(fileIds.get(i))) {
        errors.add(new FieldError("/files/" + i, "This file_id is already in the list."));
      }
    }
    refuse(errors, 422, "FILE_DUPLICATE", "A file can be in a job once.");
  }

  private List<StoredFile> existing(String userId, List<String> fileIds) {
    Map<String, StoredFile> found = files.findAll(userId, fileIds);
    List<FieldError> errors = new ArrayList<>();
    for (int i = 0; i < fileIds.size(); i++) {
      if (!found.containsKey(fileIds.get(i))) {
        errors.add(new FieldError("/files/" + i, "You have no file with this id."));
      }
    }
    refuse(
        errors,
        404,
        "FILE_NOT_FOUND",
        "You do not have all of these files; see errors. GET /files lists yours.");
    return fileIds.stream().map(found::get).toList();
  }

  private void refuseUnfit(Ask ask, Mode mode, List<JobInput> inputs) {
    List<Fit.Facts> facts =
        inputs.stream()
            .map(JobInput::file)
            .map(it -> new Fit.Facts(it.filename(), it.contentType(), it.size()))
            .toList();
    List<Fit> fits =
        mode == Mode.TOGETHER ? inference.fitTogether(ask, facts) : inference.fit(ask, facts);
    int files = (int) inputs.stream().filter(it -> !it.isText()).count();
    List<FieldError> errors = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      if (fits.get(i) instanceof Fit.Misfit misfit) {
        String place = i < files ? "/files/" + i : "/texts/" + (i - files);
        errors.add(new FieldError(place, misfit.why()));
      }
    }
    refuse(
        errors,
        422,
        "FILE_UNFIT",
        "Some files cannot be processed; see errors. Nothing was created.");
  }

  private static void refuse(List<FieldError> errors, int status, String code, String detail) {
    if (!errors.isEmpty()) {
      throw Problem.of(status, code, detail, errors);
    }
  }
}
