package ai.fileprocessing.jobs;

import ai.fileprocessing.files.StoredFile;
import ai.fileprocessing.inference.Parameters;
import ai.fileprocessing.inference.Usage;
import ai.fileprocessing.platform.Row;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * How jobs look as rows. The partition is the owner. A job's row sorts right before those of its
 * files, because their sort key is the job's, a slash and the file's.
 */
@ApplicationScoped
class JobRowFormat {
  static final String PARTITION = "user_id";
  static final String SORT = "row_id";

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

  Map<String, AttributeValue> row(JobSpec spec) {
    return new Row(key(spec.userId(), spec.jobId()))
        .text("prompt", spec.prompt())
        .text("model", spec.model())
        .text("parameters", mapper.writeValueAsString(spec.parameters()))
        .text("metadata", mapper.writeValueAsString(spec.metadata()))
        .number("created_at", spec.createdAt())
        .values();
  }

  JobSpec spec(Map<String, AttributeValue> values) {
    Row row = new Row(values);
    return new JobSpec(
        row.text(PARTITION),
        row.text(SORT),
        row.text("prompt"),
        row.text("model"),
        mapper.readValue(row.text("parameters"), Parameters.class),
        mapper.readValue(row.text("metadata"), METADATA),
        row.number("created_at"));
  }

  Map<String, AttributeValue> row(String jobId, JobFile job) {
    StoredFile file = job.file();
    return new Row(key(new Ticket(file.userId(), jobId, file.fileId())))
        .number("position", job.position())
        .text("status", job.status().name())
        .text("filename", file.filename())
        .text("content_type", file.contentType())
        .number("size", file.size())
        .text("sha256", file.sha256())
        .number("last_modified", file.lastModified())
        .number("updated_at", job.updatedAt())
        .values();
  }

  static JobFile file(Map<String, AttributeValue> values) {
    Row row = new Row(values);
    String rowId = row.text(SORT);
    StoredFile file =
        new StoredFile(
            rowId.substring(rowId.indexOf('/') + 1),
            row.text("filename"),
            row.text("content_type"),
            row.number("size"),
            row.text("sha256"),
            row.text(PARTITION),
            row.number("last_modified"));
    return new JobFile(
        file,
        FileStatus.valueOf(row.text("status")),
        row.optionalText("error_code")
            .map(code -> new JobFile.Error(code, row.text("error_message")))
            .orElse(null),
        (int) row.number("attempts"),
        new Usage(row.number("input_tokens"), row.number("output_tokens")),
        row.optionalText("stop_reason").orElse(null),
        (int) row.number("position"),
        row.number("fence"),
        row.number("updated_at"));
  }
}
