package ai.fileprocessing.files;

import ai.fileprocessing.platform.Row;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * How files look as rows. The partition is the owner, so that no key built here can reach somebody
 * else's row. A row whose upload has not ended, or whose removal has begun, carries two attributes
 * more, which put it into the sparse index {@value #INDEX} and hide it from every reader.
 */
final class FileRowFormat {
  static final String OWNER = "user_id";
  static final String ID = "file_id";
  static final String INDEX = "unfinished";

  /** The index's partition. */
  static final String SHARD = "unfinished";

  /** The index's sort key: since when, in seconds since the Unix epoch; see {@link #WITHDRAWN}. */
  static final String SINCE = "unfinished_since";

  /** Since ever: on its way out, and to be swept without delay. */
  static final long WITHDRAWN = 0;

  private FileRowFormat() {}

  static Map<String, AttributeValue> key(String userId, String fileId) {
    return new Row().text(OWNER, userId).text(ID, fileId).values();
  }

  /** The row of a file whose upload begins. */
  static Map<String, AttributeValue> unfinished(StoredFile file) {
    Row row = new Row();
    if (file.declaredContentType() != null) {
      row.text("declared_content_type", file.declaredContentType());
    }
    return row.text(OWNER, file.userId())
        .text(ID, file.fileId())
        .text("filename", file.filename())
        .text("content_type", file.contentType())
        .number("size", file.size())
        .text("sha256", file.sha256())
        .number("last_modified", file.lastModified())
        .text(SHARD, shard(file.fileId()))
        .number(SINCE, file.lastModified())
        .values();
  }

  static boolean isFinished(Map<String, AttributeValue> row) {
    return !row.isEmpty() && !row.containsKey(SINCE);
  }

  static StoredFile file(Map<String, AttributeValue> values) {
    Row row = new Row(values);
    return new StoredFile(
        row.text(ID),
        row.text("filename"),
        row.text("content_type"),
        row.optionalText("declared_content_type").orElse(null),
        row.number("size"),
        row.text("sha256"),
        row.text(OWNER),
        row.number("last_modified"));
  }

  /** The last digit of the id, which is one of sixteen and spreads evenly. */
  static String shard(String fileId) {
    return fileId.substring(fileId.length() - 1);
  }
}
