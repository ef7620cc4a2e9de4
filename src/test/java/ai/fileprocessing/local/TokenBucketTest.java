package ai.fileprocessing.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TokenBucketTest {
  private final AtomicLong now = new AtomicLong();

  @Test
  void aBurstIsLetThroughAndThenTheRate() {
    TokenBucket bucket = new TokenBucket(2, 3, now::get);

    assertThat(taken(bucket, 10)).isEqualTo(3);
    now.addAndGet(TimeUnit.SECONDS.toNanos(1));
    assertThat(taken(bucket, 10)).isEqualTo(2);
  }

  @Test
  void aLongRestFillsNoMoreThanTheBurst() {
    TokenBucket bucket = new TokenBucket(2, 3, now::get);

    now.addAndGet(TimeUnit.HOURS.toNanos(1));
    assertThat(taken(bucket, 10)).isEqualTo(3);
  }

  @Test
  void aRateOfZeroIsNoLimit() {
    assertThat(taken(new TokenBucket(0, 0, now::get), 1000)).isEqualTo(1000);
  }

  private static int taken(TokenBucket bucket, int calls) {
    int taken = 0;
    for (int i = 0; i < calls; i++) {
      taken += bucket.take() ? 1 : 0;
    }
    return taken;
  }
}
