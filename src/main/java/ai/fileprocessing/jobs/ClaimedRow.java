package ai.fileprocessing.jobs;

import ai.fileprocessing.inference.Usage;
import ai.fileprocessing.platform.Row;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.stream.Collectors;

/** The writes to a unit's row that begin a claim of it, and those that hold only under a claim. */
@ApplicationScoped
class ClaimedRow {
  private static final String OPEN =
      "#status IN (:pending, :processing) AND attribute_not_exists(cancelling) AND ";
  private static final String HELD =
      "fence = :fence AND claimed_by = :name AND #status = :processing";

  /** Adds a usage to the row's. */
  private static final String ADD =
      JobRowFormat.USAGE.keySet().stream()
          .map(name -> name + " :" + name)
          .collect(Collectors.joining(", ", " ADD ", ""));

  /**
   * How a row was left that is claimed after a loss.
   *
   * @param holder who left it without a word; empty when nobody has it now
   * @param died whether the holder's process is dead
   * @param attempts all of it until now, that of the holder too; replaces the list, unless empty
   */
  record Left(String holder, boolean died, List<Attempt> attempts) {
    static final Left FREE = new Left("", false, List.of());

    private Row values(Row values) {
      values.number(":died", died ? 1 : 0);
      if (!attempts.isEmpty()) {
        values.values().put(":calls", JobRowFormat.attempts(attempts));
      }
      return holder.isEmpty() ? values : values.text(":holder", holder);
    }

    private String condition() {
      return OPEN + (holder.isEmpty() ? FileRow.UNCLAIMED : "claimed_by = :holder");
    }

    private String calls() {
      return attempts.isEmpty() ? "" : ", calls = :calls";
    }
  }

  private final FileRow row;

  @Inject
  ClaimedRow(FileRow row) {
    this.row = row;
  }

  /** Claims what nobody has, if no process ever died while it had it. */
  FileRow.Written claim(Ticket ticket, String name) {
    return row.write(
        ticket,
        OPEN + FileRow.UNCLAIMED + " AND attribute_not_exists(lost)",
        "SET #status = :processing, claimed_by = :name, updated_at = :now"
            + " REMOVE waiting, next_attempt_at ADD fence :one, attempts :one, changes :one",
        row.open().text(":name", name).number(":one", 1));
  }

  /** Claims it as it was left. */
  FileRow.Written takeOver(Ticket ticket, String name, Left left) {
    return row.write(
        ticket,
        left.condition(),
        "SET #status = :processing, claimed_by = :name, updated_at = :now"
            + left.calls()
            + " REMOVE waiting, next_attempt_at"
            + " ADD fence :one, attempts :one, lost :died, changes :one",
        left.values(row.open().text(":name", name).number(":one", 1)));
  }

  /** Leaves it to nobody until its turn comes; whoever had it can write no more. */
  FileRow.Written setAside(Ticket ticket, Left left, Waiting waiting) {
    return row.write(
        ticket,
        left.condition(),
        "SET updated_at = :now, waiting = :waiting, next_attempt_at = :next"
            + left.calls()
            + " REMOVE claimed_by ADD fence :one, lost :died, changes :one",
        left.values(
            row.open()
                .number(":one", 1)
                .text(":waiting", waiting.reason().name())
                .number(":next", waiting.nextAttemptAt())));
  }

  /** Moves the turn of what waits for it already, which is no change that anybody is told of. */
  void waitOn(Ticket ticket, long next) {
    row.write(
        ticket,
        OPEN + FileRow.UNCLAIMED,
        "SET next_attempt_at = :next",
        new Row()
            .text(":pending", FileStatus.PENDING.name())
            .text(":processing", FileStatus.PROCESSING.name())
            .number(":next", next));
  }

  /**
   * Counts the tokens of one of several answers, of which each has its number; saying it again
   * changes nothing.
   */
  FileRow.Written count(Claim.Held claim, int number, Usage usage) {
    return row.write(
        claim.ticket(),
        HELD + " AND (attribute_not_exists(tally) OR tally <> :tally)",
        "SET updated_at = :now, tally = :tally" + ADD + ", changes :one",
        held(claim, usage).text(":tally", claim.fence() + "/" + number));
  }

  /** Ends it under a claim; each value of {@code more} becomes the attribute of its name. */
  FileRow.Written settle(
      Claim.Held claim, FileStatus status, Row more, List<Attempt> attempts, Usage usage) {
    StringBuilder set = new StringBuilder();
    for (String value : more.values().keySet()) {
      set.append(", ").append(value.substring(1)).append(" = ").append(value);
    }
    Row values = held(claim, attempts, usage).text(":status", status.name());
    values.values().putAll(more.values());
    return row.write(
        claim.ticket(),
        HELD,
        "SET #status = :status, updated_at = :now, calls = :calls"
            + set
            + " REMOVE claimed_by, cancelling, open_since"
            + ADD
            + ", changes :one",
        values);
  }

  /** Gives a claim up for another attempt, unless it is being cancelled. */
  FileRow.Written release(
      Claim.Held claim, Waiting waiting, Next.Count count, List<Attempt> attempts, Usage usage) {
    Row values =
        held(claim, attempts, usage)
            .number(":counted", count == Next.Count.NOTHING ? -1 : 0)
            .number(":slow", count == Next.Count.SLOW_ATTEMPT ? 1 : 0)
            .text(":waiting", waiting.reason().name())
            .number(":next", waiting.nextAttemptAt());
    return row.write(
        claim.ticket(),
        HELD + " AND attribute_not_exists(cancelling)",
        "SET updated_at = :now, calls = :calls, waiting = :waiting, next_attempt_at = :next"
            + " REMOVE claimed_by"
            + ADD
            + ", attempts :counted, slow :slow, changes :one",
        values);
  }

  private Row held(Claim.Held claim, List<Attempt> attempts, Usage usage) {
    Row values = held(claim, usage);
    values.values().put(":calls", JobRowFormat.attempts(attempts));
    return values;
  }

  private Row held(Claim.Held claim, Usage usage) {
    Row values =
        new Row()
            .text(":processing", FileStatus.PROCESSING.name())
            .number(":fence", claim.fence())
            .text(":name", claim.name())
            .number(":one", 1)
            .number(":now", row.now());
    JobRowFormat.USAGE.forEach(
        (name, tokens) -> values.number(":" + name, tokens.applyAsLong(usage)));
    return values;
  }
}
