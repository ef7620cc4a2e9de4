package ai.fileprocessing.jobs;

import ai.fileprocessing.files.Files;
import ai.fileprocessing.files.StoredFile;
import ai.fileprocessing.inference.Ask;
import ai.fileprocessing.inference.Fit;
import ai.fileprocessing.inference.Inference;
import ai.fileprocessing.platform.Problem;
import ai.fileprocessing.platform.Problem.FieldError;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The files that a job may take: all that is known to fail is refused, each file by its place. */
@ApplicationScoped
class InputFiles {
  private final Files files;
  private final Inference inference;
  private final JobsSettings settings;

  @Inject
  InputFiles(Files files, Inference inference, JobsSettings settings) {
    this.files = files;
    this.inference = inference;
    this.settings = settings;
  }

  /**
   * The files of a caller by id, in the same order.
   *
   * @throws Problem 404 when the caller does not have all of them; 422 when they are too many, one
   *     is named twice, or one cannot be processed
   */
  List<StoredFile> of(String userId, List<String> fileIds, Ask ask) {
    refuseMisnumbered(fileIds);
    List<StoredFile> inputs = existing(userId, fileIds);
    refuseUnfit(ask, inputs);
    return inputs;
  }

  private void refuseMisnumbered(List<String> fileIds) {
    if (fileIds.size() > settings.maxFiles()) {
      throw Problem.field(
          422,
          "TOO_MANY_FILES",
          "/files",
          "A job takes at most " + settings.maxFiles() + " files. Split it.");
    }
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

  private void refuseUnfit(Ask ask, List<StoredFile> inputs) {
    List<Fit> fits =
        inference.fit(
            ask,
            inputs.stream()
                .map(it -> new Fit.Facts(it.filename(), it.contentType(), it.size()))
                .toList());
    List<FieldError> errors = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      if (fits.get(i) instanceof Fit.Misfit misfit) {
        errors.add(new FieldError("/files/" + i, misfit.why()));
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
