package ai.fileprocessing.crash;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/** Clients that submit jobs on and on, and watch each to its end, until they are told to stop. */
final class Load {
  private static final int FILES = 20;

  private final List<Client> clients;
  private final ExecutorService threads;
  private final List<Future<?>> running = new ArrayList<>();
  private volatile boolean over;

  Load(Cluster cluster, History history, int clients) {
    this.clients =
        IntStream.range(0, clients).mapToObj(it -> new Client(cluster, history)).toList();
    threads = Executors.newFixedThreadPool(clients);
  }

  void start() {
    for (Client client : clients) {
      running.add(
          threads.submit(
              () -> {
                work(client);
                return null;
              }));
    }
  }

  /** Whether none has failed so far. */
  boolean goesOn() {
    return running.stream().noneMatch(Future::isDone);
  }

  /** Submits no more, waits until every job has ended, and looks at everything once more. */
  void finish() throws InterruptedException, ExecutionException {
    over = true;
    try {
      for (Future<?> one : running) {
        one.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private void work(Client client) {
    Random random = new Random();
    List<String> files =
        new ArrayList<>(
            IntStream.range(0, FILES).mapToObj(it -> client.upload("Text number " + it)).toList());
    List<String> ended = new ArrayList<>();
    while (!over) {
      Collections.shuffle(files, random);
      List<String> some = List.copyOf(files.subList(0, 1 + random.nextInt(FILES)));
      String key = UUID.randomUUID().toString();
      String job = client.submit(key, some);
      if (random.nextInt(4) == 0) {
        client.submit(key, some);
      }
      client.watch(job);
      ended.add(job);
      readAgain(client, ended.get(random.nextInt(ended.size())));
    }
    client.lookAtAll();
  }

  /** What was seen once must stay, however long ago that was. */
  private static void readAgain(Client client, String job) {
    JsonNode file = client.look(job).at("/input_files/0");
    client.read(job, file.path("file_id").stringValue());
  }
}
