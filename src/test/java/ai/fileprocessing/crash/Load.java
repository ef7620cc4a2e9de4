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

/** Clients that submit jobs on and on, and watch each to its end, until they are told to stop. */
final class Load {
  private static final int FILES = 20;

  /** How many jobs a client has at once. */
  private static final int OPEN = 3;

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
    while (over.getCount() > 0 || !open.isEmpty()) {
      if (over.getCount() > 0 && open.size() < OPEN) {
        open.add(submit(client, files, random));
      }
      open.removeIf(job -> Client.hasEnded(client.look(job)) && ended.add(job));
      if (!ended.isEmpty()) {
        readAgain(client, ended.get(random.nextInt(ended.size())));
      }
      never.await(PAUSE, TimeUnit.MILLISECONDS);
    }
    client.lookAtAll();
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
