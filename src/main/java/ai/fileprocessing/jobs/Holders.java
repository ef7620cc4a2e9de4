package ai.fileprocessing.jobs;

import ai.fileprocessing.jobs.worker.Peers;
import ai.fileprocessing.platform.Ids;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Names what is begun after its process: the claims of files, and jobs while they are stored and
 * rung for. Knows which of them nobody will come back to.
 */
@ApplicationScoped
class Holders {
  private final Peers peers;
  private final Ids ids;
  private final Set<String> ours = ConcurrentHashMap.newKeySet();
  private final Set<Ticket> forgotten = ConcurrentHashMap.newKeySet();

  @Inject
  Holders(Peers peers, Ids ids) {
    this.peers = peers;
    this.ids = ids;
  }

  /** A name for something that this process begins, which stands for it until it is dropped. */
  String name() {
    String name = peers.self() + "/" + ids.next();
    ours.add(name);
    return name;
  }

  void drop(String name) {
    ours.remove(name);
  }

  /** Drops the name of a claim, unless that was done, which the store may still show. */
  void forget(String name, Ticket ticket) {
    if (ours.remove(name)) {
      forgotten.add(ticket);
    }
  }

  /** The files whose claims were forgotten since this was asked last. */
  List<Ticket> takeForgotten() {
    List<Ticket> taken = List.copyOf(forgotten);
    taken.forEach(forgotten::remove);
    return taken;
  }

  /** Whether whoever claimed a file has left it: a process that died, or this one long ago. */
  boolean haveLeft(JobFile file) {
    return haveLeft(file.progress().claimedBy());
  }

  /** The same of a name; the empty one is nobody's, and nobody has left it. */
  boolean haveLeft(String holder) {
    if (holder.isEmpty()) {
      return false;
    }
    return isOurs(holder)
        ? !ours.contains(holder)
        : peers.isDead(holder.substring(0, holder.indexOf('/')));
  }

  /** Whether this process claimed a file: it lives, whatever became of the claim. */
  boolean isOurs(JobFile file) {
    return isOurs(file.progress().claimedBy());
  }

  private boolean isOurs(String holder) {
    return holder.startsWith(peers.self() + "/");
  }
}
