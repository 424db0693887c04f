package io.webidentity.testing.cluster;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * The one attempt of a JVM to start something that its tests share: a failure is told to every
 * test, not tried again. What was started is closed after the last test.
 */
public final class OneStart implements AutoCloseable {
  private @Nullable AutoCloseable started;
  private @Nullable ClusterUnavailableException failure;

  private OneStart(Supplier<? extends AutoCloseable> start) {
    try {
      this.started = start.get();
    } catch (ClusterUnavailableException e) {
      this.failure = e;
    }
  }

  /**
   * What the first call of this JVM started.
   *
   * @throws ClusterUnavailableException if it could not be started
   */
  public static <T extends AutoCloseable> T of(
      ExtensionContext context, Class<T> type, Supplier<T> start) {
    OneStart attempt =
        context
            .getRoot()
            .getStore(Namespace.create(OneStart.class))
            .getOrComputeIfAbsent(type, key -> new OneStart(start), OneStart.class);
    if (attempt.started == null) {
      throw new ClusterUnavailableException("No cluster to test against", attempt.failure);
    }
    return type.cast(attempt.started);
  }

  @Override
  public void close() {
    if (started != null) {
      try {
        started.close();
      } catch (RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IllegalStateException("Cannot stop what the tests shared", e);
      }
    }
  }
}
