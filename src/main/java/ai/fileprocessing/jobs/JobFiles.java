package ai.fileprocessing.jobs;

import ai.fileprocessing.files.StoredFile;
import ai.fileprocessing.inference.Usage;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * What the rows of a job's files hold.
 *
 * @param units what is worked, each by itself: every input, or in mode together the one result of
 *     all inputs
 * @param parts the inputs that such a result is made of; none in mode each
 */
record JobFiles(List<JobFile> units, List<JobInput> parts) {
  JobFiles {
    units = List.copyOf(units);
    parts = List.copyOf(parts);
  }

  /** Those of a new job over these inputs. */
  static JobFiles pending(Mode mode, List<JobInput> inputs, long now) {
    return mode == Mode.EACH
        ? new JobFiles(inputs.stream().map(it -> JobFile.pending(it, now)).toList(), List.of())
        : new JobFiles(List.of(JobFile.pending(unit(inputs, now), now)), inputs);
  }

  /** Stands for all inputs, and is as large as they are together. */
  private static JobInput unit(List<JobInput> inputs, long now) {
    StoredFile first = inputs.get(0).file();
    long size = inputs.stream().mapToLong(it -> it.file().size()).sum();
    return new JobInput(
        new StoredFile(Ticket.RESULT, Ticket.RESULT, "", null, size, "", first.userId(), now),
        JobFile.Source.FILE,
        0);
  }

  /** The inputs in their order, each as its owner sees it. */
  List<JobFile> inputs() {
    Stream<JobFile> seen =
        parts.isEmpty()
            ? units.stream()
            : parts.stream().flatMap(part -> units.stream().map(unit -> unit.mirroredBy(part)));
    return seen.sorted(Comparator.comparingInt(it -> it.progress().position())).toList();
  }

  /** What all of it has used: that of a result is its own, and not its inputs'. */
  Usage usage() {
    return usage(units.stream());
  }

  /** What some units have used. */
  static Usage usage(Stream<JobFile> units) {
    return units.map(JobFile::usage).reduce(Usage.NONE, Usage::plus);
  }

  /** Everything that has a row, as what it is about. */
  Stream<JobInput> stored() {
    return Stream.concat(units.stream().map(JobFile::input), parts.stream());
  }
}
