package ai.fileprocessing.jobs;

import ai.fileprocessing.files.StoredFile;
import ai.fileprocessing.inference.Ask;
import ai.fileprocessing.inference.Output;
import ai.fileprocessing.inference.Parameters;
import ai.fileprocessing.inference.Usage;
import ai.fileprocessing.jobs.worker.WaitReason;
import ai.fileprocessing.platform.Row;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * How jobs look as rows. The partition is the owner. A job's row sorts right before those of its
 * files, because their sort key is the job's, a slash and the file's. In mode together these are
 * parts, and the unit of work is one more row, whose file is {@link Ticket#RESULT}.
 *
 * <p>Two sparse indexes lead to the rows that somebody must look at: {@code attention} to jobs that
 * the sweeper is to visit, and {@code open} to the files of a caller that have not ended.
 */
@ApplicationScoped
class JobRowFormat {
  static final String PARTITION = "user_id";
  static final String SORT = "row_id";

  /** What of a usage is kept under which name. */
  static final Map<String, ToLongFunction<Usage>> USAGE =
      Map.of(
          "input_tokens", Usage::inputTokens,
          "output_tokens", Usage::outputTokens,
          "cache_read_tokens", Usage::cacheReadTokens,
          "cache_write_tokens", Usage::cacheWriteTokens,
          "cost", Usage::estimatedCost);

  private static final TypeReference<Map<String, String>> METADATA = new TypeReference<>() {};

  private final JsonMapper mapper;

  @Inject
  JobRowFormat(JsonMapper mapper) {
    this.mapper = mapper;
  }

  static Map<String, AttributeValue> key(String userId, String rowId) {
    return new Row().text(PARTITION, userId).text(SORT, rowId).values();
  }

  static Map<String, AttributeValue> key(Ticket ticket) {
    return key(ticket.userId(), ticket.jobId() + "/" + ticket.fileId());
  }

  static boolean isJob(Map<String, AttributeValue> row) {
    return row.get(SORT).s().indexOf('/') < 0;
  }

  static String jobId(Map<String, AttributeValue> row) {
    String rowId = row.get(SORT).s();
    return rowId.indexOf('/') < 0 ? rowId : rowId.substring(0, rowId.indexOf('/'));
  }

  /** A new job's row, to be swept for the first time at a moment. */
  Map<String, AttributeValue> row(JobSpec spec, long attentionAt, long expiresAt) {
    Row row = new Row(key(spec.userId(), spec.jobId()));
    if (!spec.ask().output().equals(Output.TEXT)) {
      row.text("output", mapper.writeValueAsString(spec.ask().output()));
    }
    if (spec.promptId() != null) {
      row.text("prompt_id", spec.promptId());
    }
    if (spec.maxCost() != null) {
      row.number(Spending.MAX_COST, spec.maxCost());
    }
    return row.text("mode", spec.mode().text())
        .text("prompt", spec.ask().prompt())
        .text("model", spec.ask().model())
        .text("parameters", mapper.writeValueAsString(spec.ask().parameters()))
        .number("count", spec.count())
        .text("metadata", mapper.writeValueAsString(spec.metadata()))
        .number("created_at", spec.createdAt())
        .number("deadline", spec.deadline())
        .text("attention", Attention.shard(spec.jobId()))
        .number("attention_at", attentionAt)
        .number("expires_at", expiresAt)
        .values();
  }

  JobSpec spec(Map<String, AttributeValue> values) {
    Row row = new Row(values);
    return new JobSpec(
        row.text(PARTITION),
        row.text(SORT),
        new Ask(
            row.text("model"),
            mapper.readValue(row.text("parameters"), Parameters.class),
            row.text("prompt"),
            row.optionalText("output")
                .map(it -> mapper.readValue(it, Output.class))
                .orElse(Output.TEXT)),
        Mode.of(row.optionalText("mode").orElse(null)),
        row.optionalText("prompt_id").orElse(null),
        (int) row.number("count"),
        mapper.readValue(row.text("metadata"), METADATA),
        row.number("created_at"),
        row.number("deadline"),
        row.has(Spending.MAX_COST) ? (Long) row.number(Spending.MAX_COST) : null);
  }

  static StoredJob.Marks marks(Map<String, AttributeValue> values) {
    Row row = new Row(values);
    return new StoredJob.Marks(
        row.has("cancelled_at"),
        row.has("deleting"),
        (int) row.number("sweeps"),
        row.optionalText("storer").orElse(""),
        row.optionalText("unrung").orElse(""));
  }

  /** The row of a unit of work. */
  Map<String, AttributeValue> row(String jobId, JobFile file, long expiresAt) {
    return new Row(row(jobId, file.input(), expiresAt))
        .text("status", file.status().name())
        .number("open_since", file.progress().updatedAt())
        .number("updated_at", file.progress().updatedAt())
        .values();
  }

  /** The row of a part of a unit: without a status, nobody can claim it. */
  Map<String, AttributeValue> row(String jobId, JobInput input, long expiresAt) {
    StoredFile file = input.file();
    Row row = new Row(key(new Ticket(file.userId(), jobId, file.fileId())));
    if (file.declaredContentType() != null) {
      row.text("declared_content_type", file.declaredContentType());
    }
    return row.number("position", input.position())
        .text("source", input.source().name())
        .text("filename", file.filename())
        .text("content_type", file.contentType())
        .number("size", file.size())
        .text("sha256", file.sha256())
        .number("last_modified", file.lastModified())
        .number("expires_at", expiresAt)
        .values();
  }

  /** Whether it is the row of a unit of work, and not of a part of one. */
  static boolean isUnit(Map<String, AttributeValue> values) {
    return new Row(values).has("status");
  }

  static JobFiles files(List<Map<String, AttributeValue>> rows) {
    return new JobFiles(
        rows.stream().filter(JobRowFormat::isUnit).map(JobRowFormat::file).toList(),
        rows.stream().filter(it -> !isUnit(it)).map(JobRowFormat::input).toList());
  }

  static JobInput input(Map<String, AttributeValue> values) {
    Row row = new Row(values);
    String rowId = row.text(SORT);
    StoredFile file =
        new StoredFile(
            rowId.substring(rowId.indexOf('/') + 1),
            row.text("filename"),
            row.text("content_type"),
            row.optionalText("declared_content_type").orElse(null),
            row.number("size"),
            row.text("sha256"),
            row.text(PARTITION),
            row.number("last_modified"));
    JobFile.Source source =
        row.optionalText("source").map(JobFile.Source::valueOf).orElse(JobFile.Source.FILE);
    return new JobInput(file, source, (int) row.number("position"));
  }

  static JobFile file(Map<String, AttributeValue> values) {
    Row row = new Row(values);
    JobInput input = input(values);
    FileStatus status = FileStatus.valueOf(row.text("status"));
    return new JobFile(
        input.file(),
        input.source(),
        status,
        row.optionalText("error_code")
            .map(code -> new JobFile.Error(code, row.text("error_message")))
            .orElse(null),
        waiting(status, row),
        row.rows("calls").stream().map(JobRowFormat::attempt).toList(),
        (int) row.number("attempts"),
        usage(row),
        row.optionalText("stop_reason").orElse(null),
        progress(row));
  }

  private static JobFile.Progress progress(Row row) {
    return new JobFile.Progress(
        (int) row.number("position"),
        row.number("fence"),
        row.optionalText("claimed_by").orElse(""),
        row.has("cancelling"),
        row.number("open_since"),
        row.number("changes"),
        row.number("updated_at"),
        row.number("counted"),
        Routes.of(row.optionalText("routes").orElse("")),
        row.optionalText("result_sha256").filter(it -> !it.isEmpty()).orElse(null),
        new JobFile.Mishaps((int) row.number("slow"), (int) row.number("lost")));
  }

  private static Waiting waiting(FileStatus status, Row row) {
    if (status.isTerminal() || row.has("claimed_by")) {
      return null;
    }
    return row.optionalText("waiting")
        .map(reason -> new Waiting(WaitReason.valueOf(reason), row.number("next_attempt_at")))
        .orElse(Waiting.QUEUED);
  }

  static AttributeValue attempts(List<Attempt> attempts) {
    List<Attempt> latest =
        attempts.subList(Math.max(0, attempts.size() - JobFile.KEPT), attempts.size());
    return new Row()
        .rows("calls", latest.stream().map(JobRowFormat::row).toList())
        .values()
        .get("calls");
  }

  private static Row row(Attempt attempt) {
    Row row =
        new Row()
            .number("at", attempt.at())
            .text("outcome", attempt.outcome())
            .number("ms", attempt.latencyMs());
    USAGE.forEach((name, tokens) -> row.number(name, tokens.applyAsLong(attempt.usage())));
    return attempt.requestId() == null ? row : row.text("request_id", attempt.requestId());
  }

  static Usage usage(Row row) {
    return new Usage(
        row.number("input_tokens"),
        row.number("output_tokens"),
        row.number("cache_read_tokens"),
        row.number("cache_write_tokens"),
        row.number("cost"));
  }

  private static Attempt attempt(Row row) {
    return new Attempt(
        row.number("at"),
        row.text("outcome"),
        row.number("ms"),
        usage(row),
        row.optionalText("request_id").orElse(null));
  }
}
