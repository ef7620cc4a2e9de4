package ai.fileprocessing.jobs.worker;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;

/** Work that is told what it means, and notes what it is told. */
final class FakeWork implements Work {
  /** A putting off, as the task was told of it. */
  record PutOff(WaitReason reason, Instant next) {}

  static final Lane LANE = new Lane("caller", "model");

  final List<PutOff> putOffs = new CopyOnWriteArrayList<>();
  final List<String> dead = new CopyOnWriteArrayList<>();
  volatile Function<Message, Task> meaning = message -> new Task.Nothing("of no matter");
  volatile Consumer<Message> burial = message -> {};

  /** Every message asks for this. */
  FakeWork doing(Function<Lease, Verdict> run) {
    return doing(LANE, run);
  }

  FakeWork doing(Lane lane, Function<Lease, Verdict> run) {
    meaning = message -> task(lane, run);
    return this;
  }

  @Override
  public Task prepare(Message message) {
    return meaning.apply(message);
  }

  @Override
  public void dead(Message message) {
    burial.accept(message);
    dead.add(message.body());
  }

  Task.Open task(Lane lane, Function<Lease, Verdict> run) {
    return new Task.Open() {
      @Override
      public Lane lane() {
        return lane;
      }

      @Override
      public Verdict run(Lease lease) {
        return run.apply(lease);
      }

      @Override
      public boolean putOff(WaitReason reason, Instant next) {
        putOffs.add(new PutOff(reason, next));
        return true;
      }
    };
  }
}
