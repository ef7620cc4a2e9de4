package ai.fileprocessing.jobs;

import ai.fileprocessing.files.Files;
import ai.fileprocessing.files.StoredFile;
import ai.fileprocessing.inference.Inference;
import ai.fileprocessing.platform.Ids;
import ai.fileprocessing.platform.Problem;
import ai.fileprocessing.platform.Problem.FieldError;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Submits a job: everything that can be known to fail is refused first, then the job is stored,
 * then the queue rings.
 */
@ApplicationScoped
class SubmitJob {
  private static final System.Logger LOG = System.getLogger(SubmitJob.class.getName());

  private final Files files;
  private final Inference inference;
  private final JobRows rows;
  private final WorkQueue queue;
  private final Ids ids;
  private final Clock clock;
  private final JobsSettings settings;

  @Inject
  SubmitJob(
      Files files,
      Inference inference,
      JobRows rows,
      WorkQueue queue,
      Ids ids,
      Clock clock,
      JobsSettings settings) {
    this.files = files;
    this.inference = inference;
    this.rows = rows;
    this.queue = queue;
    this.ids = ids;
    this.clock = clock;
    this.settings = settings;
  }

  Job submit(String userId, NewJob wanted) {
    refuseMisnumbered(wanted.files());
    String model = inference.model(Optional.ofNullable(wanted.model()));
    JobSpec spec =
        new JobSpec(
            userId,
            ids.next(),
            wanted.prompt(),
            model,
            inference.parameters(Optional.ofNullable(wanted.inference())),
            wanted.metadata() == null ? Map.of() : wanted.metadata(),
            clock.instant().getEpochSecond());
    List<StoredFile> inputs = existing(userId, wanted.files());
    refuseUnfit(inputs);
    Job job = Job.of(spec, pending(inputs, spec.createdAt()));
    store(spec, job);
    LOG.log(
        Level.INFO,
        "job_id={0} files={1} accepted; its work is queued",
        job.jobId(),
        inputs.size());
    return job;
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

  private void refuseUnfit(List<StoredFile> inputs) {
    List<FieldError> errors = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      long size = inputs.get(i).size();
      if (size == 0) {
        errors.add(new FieldError("/files/" + i, "The file is empty."));
      } else if (size > inference.largestFile()) {
        errors.add(
            new FieldError(
                "/files/" + i,
                "The file has "
                    + size
                    + " bytes; the most is "
                    + inference.largestFile()
                    + ". Split it."));
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

  private static List<JobFile> pending(List<StoredFile> inputs, long now) {
    List<JobFile> files = new ArrayList<>();
    for (StoredFile input : inputs) {
      files.add(JobFile.pending(input, files.size(), now));
    }
    return files;
  }

  /**
   * Stores the job and rings for it. A job for which one of the two fails is taken back, so that
   * the client's next try does not make a second one.
   */
  private void store(JobSpec spec, Job job) {
    try {
      rows.commit(spec, job.inputFiles());
      queue.send(
          job.inputFiles().stream()
              .map(it -> new Ticket(job.userId(), job.jobId(), it.file().fileId()))
              .toList());
    } catch (SdkException e) {
      LOG.log(
          Level.WARNING,
          "job_id={0} could not be stored and queued; it is taken back",
          job.jobId());
      takeBack(job, e);
      throw e;
    }
  }

  private void takeBack(Job job, SdkException cause) {
    try {
      rows.remove(job);
    } catch (SdkException e) {
      cause.addSuppressed(e);
      LOG.log(
          Level.WARNING,
          "job_id={0} could not be taken back whole; what is left of it waits for nobody",
          job.jobId());
    }
  }
}
