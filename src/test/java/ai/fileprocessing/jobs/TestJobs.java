package ai.fileprocessing.jobs;

import ai.fileprocessing.files.StoredFile;
import ai.fileprocessing.inference.Ask;
import ai.fileprocessing.inference.ModelCall;
import ai.fileprocessing.inference.Parameters;
import ai.fileprocessing.jobs.worker.Peers;
import ai.fileprocessing.jobs.worker.TestWorker;
import ai.fileprocessing.jobs.worker.WaitReason;
import ai.fileprocessing.jobs.worker.WorkQueue;
import ai.fileprocessing.local.StandIns;
import ai.fileprocessing.platform.CountedMeters;
import ai.fileprocessing.platform.Ids;
import ai.fileprocessing.platform.Json;
import ai.fileprocessing.platform.TestFloor;
import ai.fileprocessing.platform.TickingClock;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import tools.jackson.databind.json.JsonMapper;

/**
 * The parts of the jobs room over the stand-ins, with queues that no other test uses, and with a
 * table of its own where a test needs one.
 */
final class TestJobs {
  static final long NOW = 1_700_000_000;

  final TickingClock clock = new TickingClock(NOW);
  final AtomicLong nanos = new AtomicLong();
  final Ids ids = new Ids();
  final DynamoDbClient dynamodb;
  final SqsClient sqs = StandIns.shared().sqs();
  final String alice = TestFloor.user();
  final JsonMapper mapper = Json.strict();
  final CountedMeters meters = new CountedMeters();
  final InParallel parallel = new InParallel(Runnable::run);
  final TestWorker worker;
  final JobsSettings settings;
  final JobRowFormat format = new JobRowFormat(mapper);
  final JobRows rows;
  final FileRow row;
  final ClaimedRow claimed;
  final WorkerRows workers;
  final Peers peers;
  final Holders holders;
  final Spending spending;
  final UsageRows used;
  final Ledger ledger;
  final Claims claims;
  final Results results;
  final PartAnswers partAnswers;
  final Courses courses;
  final WorkQueue queue;
  final Tickets tickets;
  final IdempotencyKeys keys;
  final JobFileRows fileRows;
  final TextRows texts;
  final CommitJob commit;
  final JobMarks marks;
  final Attention attention;
  final RingFiles ring;
  final Admission admission;
  final CancelJob cancel;
  final DeleteJob delete;
  final RetryJob retry;
  final ExpireJob expire;
  final SweepJob sweep;

  TestJobs() {
    this(Map.of());
  }

  TestJobs(Map<String, String> changes) {
    this(changes, StandIns.shared().dynamodb());
  }

  TestJobs(Map<String, String> changes, DynamoDbClient dynamodb) {
    this.dynamodb = dynamodb;
    worker = new TestWorker(changes);
    queue = worker.queue();
    settings = JobsSettings.from(TestFloor.settings(new HashMap<>(changes)));
    rows = new JobRows(dynamodb, format, clock, settings);
    row = new FileRow(dynamodb, clock, settings, meters);
    workers = new WorkerRows(dynamodb, clock, settings);
    peers = peers();
    holders = new Holders(peers, ids);
    spending = new Spending(dynamodb, settings);
    used = new UsageRows(dynamodb, clock, settings);
    claimed = new ClaimedRow(row);
    ledger = new Ledger(claimed, spending, used);
    claims = claims(holders);
    results = new Results(StandIns.shared().s3(), TestFloor.links(clock), settings);
    partAnswers = new PartAnswers(StandIns.shared().s3(), settings, clock);
    courses = new Courses(rows, ledger, partAnswers, results, clock);
    tickets = new Tickets(queue, parallel, mapper);
    keys = new IdempotencyKeys(dynamodb, clock, settings);
    fileRows = new JobFileRows(dynamodb, format, parallel, settings);
    texts = new TextRows(dynamodb, settings);
    commit = new CommitJob(dynamodb, format, keys, holders, fileRows, settings);
    marks = new JobMarks(dynamodb, clock, settings);
    attention = new Attention(dynamodb, ids, settings);
    ring = new RingFiles(marks, tickets, queue, holders, settings, clock, meters);
    admission = new Admission(dynamodb, settings, clock);
    cancel = new CancelJob(marks, row, holders, parallel);
    delete = new DeleteJob(marks, row, used, fileRows, results, parallel);
    retry =
        new RetryJob(
            marks, row, admission, ring, holders, parallel, spending, used, settings, clock);
    expire = new ExpireJob(row, parallel, meters);
    sweep =
        new SweepJob(rows, attention, expire, cancel, delete, used, ring, holders, settings, clock);
  }

  /** Another process on the same stores, which nobody has seen alive yet. */
  Peers peers() {
    return worker.peers(workers, UUID.randomUUID().toString(), nanos::get);
  }

  Claims claimsOf(Peers process) {
    return claims(new Holders(process, ids));
  }

  private Claims claims(Holders of) {
    return claims(claimed, of);
  }

  /** The claims of a process by its own or another client. */
  Claims claims(ClaimedRow through, Holders of) {
    Suspects suspects = new Suspects(settings);
    TakeOver takeOver = new TakeOver(through, of, suspects, clock, worker.settings());
    return new Claims(row, through, of, suspects, takeOver, ledger, worker.settings());
  }

  /** A client whose every call is sent twice, as the SDK does when the first answer is lost. */
  static DynamoDbClient repeating() {
    return repeating(() -> {});
  }

  /** The same, and something happens between the two. */
  static DynamoDbClient repeating(Runnable between) {
    DynamoDbClient once = StandIns.shared().dynamodb();
    return (DynamoDbClient)
        Proxy.newProxyInstance(
            TestJobs.class.getClassLoader(),
            new Class<?>[] {DynamoDbClient.class},
            (proxy, method, arguments) -> {
              try {
                method.invoke(once, arguments);
                between.run();
                return method.invoke(once, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  /**
   * A client that loses the answer to calls of one method, or, from the first of them on, makes no
   * call any more, as in a process that is killed.
   */
  static DynamoDbClient failing(String name, boolean dead) {
    DynamoDbClient well = StandIns.shared().dynamodb();
    AtomicBoolean failed = new AtomicBoolean();
    return (DynamoDbClient)
        Proxy.newProxyInstance(
            TestJobs.class.getClassLoader(),
            new Class<?>[] {DynamoDbClient.class},
            (proxy, method, arguments) -> {
              boolean hit = method.getName().equals(name);
              if (hit || dead && failed.get()) {
                failed.set(true);
                if (!dead) {
                  method.invoke(well, arguments);
                }
                throw SdkClientException.create("No answer came");
              }
              try {
                return method.invoke(well, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  /** A client that loses the answers to so many calls of one method. */
  static DynamoDbClient losing(String name, int calls) {
    DynamoDbClient well = StandIns.shared().dynamodb();
    AtomicInteger left = new AtomicInteger(calls);
    return (DynamoDbClient)
        Proxy.newProxyInstance(
            TestJobs.class.getClassLoader(),
            new Class<?>[] {DynamoDbClient.class},
            (proxy, method, arguments) -> {
              try {
                Object answer = method.invoke(well, arguments);
                if (method.getName().equals(name) && left.getAndDecrement() > 0) {
                  throw SdkClientException.create("No answer came");
                }
                return answer;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  /** A client before whose calls of one method something happens. */
  static DynamoDbClient before(String name, Runnable what) {
    DynamoDbClient well = StandIns.shared().dynamodb();
    return (DynamoDbClient)
        Proxy.newProxyInstance(
            TestJobs.class.getClassLoader(),
            new Class<?>[] {DynamoDbClient.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals(name)) {
                what.run();
              }
              try {
                return method.invoke(well, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  JobSpec spec() {
    return spec(alice);
  }

  /** The same job with a limit of what it may cost. */
  static JobSpec limited(JobSpec spec, long maxCost) {
    return new JobSpec(
        spec.userId(),
        spec.jobId(),
        spec.ask(),
        spec.mode(),
        spec.promptId(),
        spec.count(),
        spec.metadata(),
        spec.createdAt(),
        spec.deadline(),
        maxCost);
  }

  JobSpec spec(String userId) {
    long now = clock.instant().getEpochSecond();
    return new JobSpec(
        userId,
        ids.next(),
        new Ask("model", new Parameters(100, 0.4, null, null), "prompt"),
        Mode.EACH,
        null,
        1,
        Map.of("k", "v"),
        now,
        now + settings.deadline().toSeconds(),
        null);
  }

  List<JobFile> pending(String userId, int count) {
    return IntStream.range(0, count).mapToObj(i -> pending(file(userId, "f" + i), i)).toList();
  }

  StoredFile file(String userId, String name) {
    return new StoredFile(ids.next(), name, "text/plain", null, 5, "00", userId, NOW);
  }

  static JobFile pending(StoredFile file, int position) {
    return JobFile.pending(new JobInput(file, JobFile.Source.FILE, position), NOW);
  }

  /** Files that are worked each by itself. */
  static JobFiles each(List<JobFile> files) {
    return new JobFiles(files, List.of());
  }

  static Draft draft(JobSpec spec, List<JobFile> files) {
    return new Draft(spec, each(files), Map.of());
  }

  /** A stored job with so many files, whose messages are lost although it was rung for. */
  Job job(String userId, int files) {
    return rung(draft(spec(userId), pending(userId, files)));
  }

  private Job rung(Draft draft) {
    Job job = unrung(draft);
    marks.rung(draft.spec(), stored(job).marks().ringer());
    return job;
  }

  /** A stored job for which nobody has rung yet. */
  Job unrung(Draft draft) {
    commit.commit(draft, Optional.empty()).orElseThrow();
    return rows.find(draft.spec().userId(), draft.spec().jobId()).orElseThrow();
  }

  /** A stored job over so many files in mode together. */
  Job together(String userId, int files) {
    JobSpec spec = together(spec(userId), files);
    return rung(together(spec, files, Map.of()));
  }

  static JobSpec together(JobSpec spec, int count) {
    return new JobSpec(
        spec.userId(),
        spec.jobId(),
        spec.ask(),
        Mode.TOGETHER,
        spec.promptId(),
        count,
        spec.metadata(),
        spec.createdAt(),
        spec.deadline(),
        null);
  }

  /** So many files in mode together, and behind them these texts by their names. */
  Draft together(JobSpec spec, int files, Map<String, String> texts) {
    List<JobInput> inputs = new ArrayList<>();
    pending(spec.userId(), files).forEach(it -> inputs.add(it.input()));
    Map<String, byte[]> contents = new HashMap<>();
    texts.forEach(
        (name, text) -> {
          StoredFile file = file(spec.userId(), name);
          inputs.add(new JobInput(file, JobFile.Source.TEXT, inputs.size()));
          contents.put(file.fileId(), text.getBytes(StandardCharsets.UTF_8));
        });
    return new Draft(spec, JobFiles.pending(Mode.TOGETHER, inputs, NOW), contents);
  }

  /** The one unit of work of a job in mode together. */
  static Ticket result(Job job) {
    return new Ticket(job.userId(), job.jobId(), Ticket.RESULT);
  }

  StoredJob stored(Job job) {
    return rows.stored(job.userId(), job.jobId()).orElseThrow();
  }

  static Ticket ticket(Job job, int position) {
    return new Ticket(job.userId(), job.jobId(), job.inputFiles().get(position).file().fileId());
  }

  Claim claim(Ticket ticket) {
    return claim(claims, ticket);
  }

  Claim claim(Claims process, Ticket ticket) {
    return process.claim(ticket, rows.spec(ticket.userId(), ticket.jobId()).orElse(spec()));
  }

  Claim.Held held(Ticket ticket) {
    return held(claims, ticket);
  }

  Claim.Held held(Claims process, Ticket ticket) {
    return (Claim.Held) claim(process, ticket);
  }

  /** Claims it for a process that dies at once, and waits until this one knows. */
  Claim.Held heldByTheDead(Ticket ticket) {
    Peers other = peers();
    worker.beat(other);
    Claim.Held held = held(claimsOf(other), ticket);
    worker.leave(other);
    return held;
  }

  /** What gives up the claims that this process has forgotten. */
  ForgottenClaims forgotten() {
    return forgotten(rows, tickets);
  }

  /** The same, reading and ringing by others. */
  ForgottenClaims forgotten(JobRows through, Tickets by) {
    return new ForgottenClaims(
        holders, through, claims, by, clock, worker.settings().lease(), nanos::get);
  }

  static void release(
      Claims claims,
      Claim.Held held,
      WaitReason reason,
      Instant next,
      boolean counted,
      List<ModelCall> calls) {
    Waiting waiting = new Waiting(reason, next.getEpochSecond());
    Next.Count count = counted ? Next.Count.ATTEMPT : Next.Count.NOTHING;
    claims.release(held, waiting, count, calls, Claims.usage(calls));
  }

  /** Fails a file, whenever it was opened. */
  void fail(Ticket ticket, JobFile.Error error) {
    row.fail(ticket, error, Long.MAX_VALUE);
  }

  /** What GET /usage would answer for the day on which the tests begin. */
  UsageReport usage(String userId) {
    LocalDate day = LocalDate.ofInstant(Instant.ofEpochSecond(NOW), ZoneOffset.UTC);
    Days days = new Days(day, day);
    return UsageReport.of(days, used.of(userId, days));
  }

  JobFile file(Ticket ticket) {
    return rows.file(ticket).orElseThrow();
  }
}
