package ai.fileprocessing.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class IdsTest {
  private final Ids ids = new Ids();

  @Test
  void everyIdIsGreaterThanTheOneBefore() {
    List<String> made = Stream.generate(ids::next).limit(100_000).toList();

    assertThat(made).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void idsMadeAtOnceAreDifferent() {
    List<String> made =
        IntStream.range(0, 100_000).parallel().mapToObj(i -> new Ids().next()).toList();

    assertThat(made).doesNotHaveDuplicates().allMatch(Ids::isOne);
  }

  @Test
  void anIdHasTheTimeInFrontAndIsSafeInUrlsAndKeys() {
    long before = System.currentTimeMillis();
    String id = ids.next();

    assertThat(id).hasSize(36).matches("[0-9a-f-]+");
    assertThat(Long.parseLong(id.replace("-", "").substring(0, 12), 16))
        .isBetween(before - 1_000, System.currentTimeMillis() + 1_000);
  }

  @ParameterizedTest
  @NullAndEmptySource
  @ValueSource(
      strings = {
        "0197a1b2-c3d4-4e5f-8a6b-7c8d9e0f1a2b",
        "0197A1B2-C3D4-7E5F-8A6B-7C8D9E0F1A2B",
        "0197a1b2-c3d4-7e5f-ca6b-7c8d9e0f1a2b",
        "0197a1b2c3d47e5f8a6b7c8d9e0f1a2b",
        "0197a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b\n",
        " 0197a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b",
        "0197a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b/0197a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b",
        "../../../../etc/passwd",
        "result"
      })
  void nothingElseIsTakenForOne(String text) {
    assertThat(Ids.isOne(text)).isFalse();
  }
}
