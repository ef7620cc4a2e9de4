package ai.fileprocessing.jobs.worker;

import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;

/** The executors of the server, over those of the JDK. */
final class TestExecutors {
  private TestExecutors() {}

  static ManagedScheduledExecutorService scheduled(ScheduledExecutorService executor) {
    return proxy(ManagedScheduledExecutorService.class, executor);
  }

  private static <T> T proxy(Class<T> type, Executor executor) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> {
              try {
                return method.invoke(executor, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }
}
