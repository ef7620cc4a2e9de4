package ai.fileprocessing.faults;

import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** What keeps calls waiting, until it lets all of them go for good. */
final class Hold {
  private final CountDownLatch released = new CountDownLatch(1);

  void release() {
    released.countDown();
  }

  void untilReleased() throws InterruptedIOException {
    forAtMost(Duration.ofNanos(Long.MAX_VALUE));
  }

  void forAtMost(Duration time) throws InterruptedIOException {
    try {
      released.await(time.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("The proxy closes");
    }
  }
}
