package ai.fileprocessing.crash;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/**
 * Clients that submit jobs on and on, now and then cancel, delete or retry one, and watch each to
 * its end, until they are told to stop.
 */
final class Load {
  private static final int FILES = 20;

  /** How many jobs a client has at once. */
  private static final int OPEN = 3;

  /** Between two cancellations of a client, and between two deletions, on average. */
  private static final int ROUNDS_BETWEEN = 10;

  /** Between two rounds of a client, in milliseconds. */
  private static final int PAUSE = 100;

  private final List<Client> clients;
  private final ExecutorService threads;
  private final List<Future<?>> running = new ArrayList<>();
  private final CountDownLatch over = new CountDownLatch(1);

  /** To let some time pass between two looks. */
  private final CountDownLatch never = new CountDownLatch(1);

  Load(Cluster cluster, History history, int clients) {
    this.clients =
        IntStream.range(0, clients).mapToObj(it -> new Client(cluster, history)).toList();
    threads = Executors.newFixedThreadPool(clients);
  }

  /** Uploads what the jobs are about, and begins. */
  void start() {
    for (Client client : clients) {
      List<String> files =
          IntStream.range(0, FILES).mapToObj(it -> client.upload("Text number " + it)).toList();
      running.add(
          threads.submit(
              () -> {
                work(client, files);
                return null;
              }));
    }
  }

  /** Throws what a client has failed with, if one has. */
  void check() throws InterruptedException, ExecutionException {
    for (Future<?> one : running) {
      if (one.isDone()) {
        one.get();
      }
    }
  }

  /** Submits no more, waits until every job has ended, and looks at everything once more. */
  void finish() throws InterruptedException, ExecutionException {
    over.countDown();
    try {
      for (Future<?> one : running) {
        one.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private void work(Client client, List<String> files) throws InterruptedException {
    Random random = new Random();
    List<String> open = new ArrayList<>();
    List<String> ended = new ArrayList<>();
    List<String> deleted = new ArrayList<>();
    while (over.getCount() > 0 || !open.isEmpty()) {
      if (over.getCount() > 0 && open.size() < OPEN) {
        open.add(submit(client, files, random));
      }
      if (over.getCount() > 0 && random.nextInt(ROUNDS_BETWEEN) == 0) {
        client.cancel(any(open, random));
      }
      if (random.nextInt(ROUNDS_BETWEEN) == 0) {
        List<String> from = ended.isEmpty() || random.nextBoolean() ? open : ended;
        String job = any(from, random);
        client.delete(job);
        from.remove(job);
        deleted.add(job);
      }
      for (String job : List.copyOf(open)) {
        JsonNode seen = client.look(job);
        if (Client.hasEnded(seen)) {
          open.remove(job);
          ended.add(job);
          if (seen.at("/counts/failed").intValue() > 0 && random.nextBoolean()) {
            client.retry(job);
            ended.remove(job);
            open.add(job);
          }
        }
      }
      if (!ended.isEmpty()) {
        readAgain(client, any(ended, random));
      }
      if (!deleted.isEmpty()) {
        client.lookAtDeleted(any(deleted, random), any(files, random));
      }
      never.await(PAUSE, TimeUnit.MILLISECONDS);
    }
    client.lookAtAll();
  }

  private static String any(List<String> some, Random random) {
    return some.get(random.nextInt(some.size()));
  }

  private static String submit(Client client, List<String> files, Random random) {
    List<String> some = new ArrayList<>(files);
    Collections.shuffle(some, random);
    some = some.subList(0, 1 + random.nextInt(files.size()));
    String key = UUID.randomUUID().toString();
    String job = client.submit(key, some);
    if (random.nextInt(4) == 0) {
      client.submit(key, some);
    }
    return job;
  }

  /** What was seen once must stay, however long ago that was. */
  private static void readAgain(Client client, String job) {
    JsonNode file = client.look(job).at("/input_files/0");
    client.read(job, file.path("file_id").stringValue());
  }
}
