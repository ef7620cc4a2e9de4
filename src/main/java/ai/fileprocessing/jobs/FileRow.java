package ai.fileprocessing.jobs;

import ai.fileprocessing.jobs.worker.WaitReason;
import ai.fileprocessing.platform.Meter;
import ai.fileprocessing.platform.Meters;
import ai.fileprocessing.platform.Row;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;

/**
 * The writes to the row of one unit of work, those of its claims apart ({@link ClaimedRow}): each
 * is conditional, and counts the row's changes up.
 */
@ApplicationScoped
class FileRow {
  static final String UNCLAIMED = "attribute_not_exists(claimed_by)";

  /**
   * What came of a write.
   *
   * @param done whether its condition held
   * @param file the row after the write, or as it was found; empty when there is none
   */
  record Written(boolean done, Optional<JobFile> file) {
    boolean isClaimedBy(String name) {
      return file.filter(it -> it.progress().claimedBy().equals(name)).isPresent();
    }
  }

  private static final Meter ENDED =
      Meter.of(
          "files_ended", "Files whose work has ended, and why where it failed.", "status", "code");

  private final DynamoDbClient dynamodb;
  private final Clock clock;
  private final Meters meters;
  private final String table;

  @Inject
  FileRow(DynamoDbClient dynamodb, Clock clock, JobsSettings settings, Meters meters) {
    this.dynamodb = dynamodb;
    this.clock = clock;
    this.meters = meters;
    table = settings.table();
  }

  /** Says why it was not begun, unless somebody has begun it in the meantime. */
  Written putOff(Ticket ticket, WaitReason reason, Instant next) {
    return write(
        ticket,
        "#status IN (:pending, :processing) AND " + UNCLAIMED,
        "SET waiting = :waiting, next_attempt_at = :next, updated_at = :now ADD changes :one",
        open()
            .number(":one", 1)
            .text(":waiting", reason.name())
            .number(":next", next.getEpochSecond()));
  }

  /**
   * Cancels it when nobody has it in work, or the one who is named by a claim. One that was opened
   * again since a moment is another matter, and left alone.
   *
   * @param openedUntil in seconds since the Unix epoch
   */
  Written cancel(Ticket ticket, String holder, long openedUntil) {
    Row opened = new Row().number(":opened", openedUntil);
    return holder.isEmpty()
        ? cancel(ticket, " AND open_since <= :opened AND " + UNCLAIMED, opened)
        : cancel(
            ticket,
            " AND open_since <= :opened AND claimed_by = :holder",
            opened.text(":holder", holder));
  }

  /** Cancels it whoever has it in work: from then on its usage is what it is. */
  Written end(Ticket ticket) {
    return cancel(ticket, "", new Row());
  }

  private Written cancel(Ticket ticket, String condition, Row more) {
    Row values = open().number(":one", 1).text(":cancelled", FileStatus.CANCELLED.name());
    values.values().putAll(more.values());
    return write(
        ticket,
        "#status IN (:pending, :processing)" + condition,
        "SET #status = :cancelled, updated_at = :now"
            + " REMOVE claimed_by, cancelling, open_since, waiting, next_attempt_at"
            + " ADD fence :one, changes :one",
        values);
  }

  /** Has it cancelled, instead of tried again, by whoever has it in work; so far as above. */
  Written cancelLater(Ticket ticket, long openedUntil) {
    return write(
        ticket,
        "#status = :processing AND attribute_exists(claimed_by) AND open_since <= :opened",
        "SET cancelling = :yes, updated_at = :now ADD changes :one",
        new Row()
            .text(":processing", FileStatus.PROCESSING.name())
            .text(":yes", "yes")
            .number(":opened", openedUntil)
            .number(":one", 1)
            .number(":now", now()));
  }

  /**
   * Fails it whoever has it in work; the fence is raised, so that its worker can write no more. One
   * that was opened again since a moment is another matter, and left alone.
   *
   * @param openedUntil in seconds since the Unix epoch
   */
  Written fail(Ticket ticket, JobFile.Error error, long openedUntil) {
    return fail(ticket, error, openedUntil, "", "", new Row());
  }

  /**
   * The same for one that is, as it was found, in work: among its attempts is then that its worker
   * may have been at a call, of which nothing is written down any more.
   */
  Written cutOff(Ticket ticket, JobFile.Error error, JobFile found) {
    List<Attempt> attempts = found.attemptsAnd(List.of(Attempt.cutOff(clock.instant())));
    Row more = new Row().text(":holder", found.progress().claimedBy());
    more.values().put(":calls", JobRowFormat.attempts(attempts));
    return fail(
        ticket,
        error,
        found.progress().openSince(),
        " AND claimed_by = :holder",
        ", calls = :calls",
        more);
  }

  private Written fail(
      Ticket ticket,
      JobFile.Error error,
      long openedUntil,
      String condition,
      String update,
      Row more) {
    Row values =
        open()
            .number(":one", 1)
            .number(":opened", openedUntil)
            .text(":failed", FileStatus.FAILED.name())
            .text(":code", error.code())
            .text(":message", error.message());
    values.values().putAll(more.values());
    return write(
        ticket,
        "#status IN (:pending, :processing) AND open_since <= :opened" + condition,
        "SET #status = :failed, updated_at = :now, error_code = :code, error_message = :message"
            + update
            + " REMOVE claimed_by, cancelling, open_since, waiting, next_attempt_at"
            + " ADD fence :one, changes :one",
        values);
  }

  /** Opens a file that failed for new attempts. It stays known how many processes it has lost. */
  Written reopen(Ticket ticket) {
    return write(
        ticket,
        "#status = :failed",
        "SET #status = :pending, updated_at = :now, open_since = :now, attempts = :zero, slow = :zero"
            + " REMOVE error_code, error_message, stop_reason, cancelling, waiting, next_attempt_at"
            + " ADD changes :one",
        new Row()
            .text(":failed", FileStatus.FAILED.name())
            .text(":pending", FileStatus.PENDING.name())
            .number(":now", now())
            .number(":zero", 0)
            .number(":one", 1));
  }

  Row open() {
    return new Row()
        .text(":pending", FileStatus.PENDING.name())
        .text(":processing", FileStatus.PROCESSING.name())
        .number(":now", now());
  }

  /** Carries out one of them, and says what it found where its condition did not hold. */
  Written write(Ticket ticket, String condition, String update, Row values) {
    try {
      Map<String, AttributeValue> row =
          dynamodb
              .updateItem(
                  it ->
                      it.tableName(table)
                          .key(JobRowFormat.key(ticket))
                          .conditionExpression(condition)
                          .updateExpression(update)
                          .expressionAttributeNames(Map.of("#status", "status"))
                          .expressionAttributeValues(values.values())
                          .returnValues(ReturnValue.ALL_NEW)
                          .returnValuesOnConditionCheckFailure(
                              ReturnValuesOnConditionCheckFailure.ALL_OLD))
              .attributes();
      JobFile file = JobRowFormat.file(row);
      // Each of these writes is to a row that has not ended, or opens one again.
      if (file.status().isTerminal()) {
        String code = file.error() == null ? "" : file.error().code();
        meters.count(ENDED, 1, file.status().name(), code);
      }
      return new Written(true, Optional.of(file));
    } catch (ConditionalCheckFailedException e) {
      return new Written(
          false,
          Optional.of(e.item())
              .filter(it -> e.hasItem() && JobRowFormat.isUnit(it))
              .map(JobRowFormat::file));
    }
  }

  long now() {
    return clock.instant().getEpochSecond();
  }
}
