package io.webidentity.testing;

import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/** Stands where background work looks at something, and throws there what a test wants thrown. */
public final class Faults {
  private final AtomicReference<Optional<Throwable>> next = new AtomicReference<>(Optional.empty());
  private final AtomicInteger looks = new AtomicInteger();
  private final AtomicInteger thrown = new AtomicInteger();

  /** Everything that background work must outlive. */
  public static Stream<Throwable> all() {
    return Stream.of(
        new OutOfMemoryError("as asked for"),
        new StackOverflowError("as asked for"),
        new NoClassDefFoundError("as asked for"),
        new IllegalStateException("as asked for"),
        new InterruptedException("as asked for"));
  }

  /** Has the next look end like this. */
  public void throwNext(Throwable fault) {
    next.set(Optional.of(fault));
  }

  /** How many looks there have been. */
  public int looks() {
    return looks.get();
  }

  /** How many of them ended as a test wanted. */
  public int thrown() {
    return thrown.get();
  }

  /** Looks. */
  public void look() {
    looks.incrementAndGet();
    next.getAndSet(Optional.empty())
        .ifPresent(fault -> {
          thrown.incrementAndGet();
          if (fault instanceof InterruptedException) {
            Thread.currentThread().interrupt(); // A stray one: the flag may be set as well.
          }
          throw Faults.<RuntimeException>unchecked(fault);
        });
  }

  /** A file of which every reading is a look, and fails. */
  public Path file() {
    return proxy(Path.class);
  }

  /** An object of which every method looks, and then says that it cannot do anything. */
  public <T> T proxy(Class<T> type) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (_, method, _) -> {
              if (method.getName().equals("toString")) {
                return "what fails";
              }
              if (method.getName().equals("close")) {
                return null;
              }
              look();
              throw new IllegalStateException("nothing is there");
            }));
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <E extends Throwable> E unchecked(Throwable fault) throws E {
    throw (E) fault;
  }
}
