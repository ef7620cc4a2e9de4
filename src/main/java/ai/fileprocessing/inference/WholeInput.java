package ai.fileprocessing.inference;

import java.util.Optional;
import java.util.function.Function;

/** An input as it came, whose bytes are nowhere but there. */
record WholeInput(Original original, Function<byte[], Shown> as, Material.Smaller other)
    implements Material.Content {
  @Override
  public Shown show() {
    return as.apply(original.bytes());
  }

  @Override
  public long kept() {
    return original.input().size();
  }

  @Override
  public long turn() {
    return Shown.Media.request(original.input().size());
  }

  @Override
  public Optional<Material> smaller() throws UnusableFileException {
    return other.made();
  }
}
