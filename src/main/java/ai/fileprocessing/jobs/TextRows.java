package ai.fileprocessing.jobs;

import ai.fileprocessing.platform.Row;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The contents of the texts that came with a job, one row each, in a partition beside the owner's:
 * whoever reads or lists jobs reads none of them.
 */
@ApplicationScoped
class TextRows {
  private static final String CONTENT = "content";

  private final DynamoDbClient dynamodb;
  private final String table;

  @Inject
  TextRows(DynamoDbClient dynamodb, JobsSettings settings) {
    this.dynamodb = dynamodb;
    table = settings.table();
  }

  static Map<String, AttributeValue> key(Ticket ticket) {
    return JobRowFormat.key(
        new Ticket("#texts/" + ticket.userId(), ticket.jobId(), ticket.fileId()));
  }

  static Map<String, AttributeValue> row(Ticket ticket, byte[] content, long expiresAt) {
    return new Row(key(ticket)).bytes(CONTENT, content).number("expires_at", expiresAt).values();
  }

  /** A text; empty when its job was deleted. */
  Optional<byte[]> find(Ticket ticket) {
    Map<String, AttributeValue> row =
        dynamodb.getItem(get -> get.tableName(table).key(key(ticket)).consistentRead(true)).item();
    return row.isEmpty() ? Optional.empty() : Optional.of(new Row(row).bytes(CONTENT));
  }
}
