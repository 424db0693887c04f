package io.webidentity.watch;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;

/**
 * Every thread that the webhook starts itself. Nobody else starts one, so that none can die unseen:
 * what goes on for as long as the process is a {@link RepeatedLook}, and what is here ends by
 * itself.
 */
public final class Threads {
  private Threads() {}

  /**
   * Threads of tasks that end soon, and mostly wait. A task lets nothing out, and completes what
   * others wait for.
   *
   * @param prefix of their names
   */
  public static ThreadFactory ofTasks(String prefix) {
    return Thread.ofVirtual().name(prefix, 0).factory();
  }

  /**
   * Threads for a library's tasks, as many as it wants at a time.
   *
   * @param prefix of their names
   * @param onUncaught gets everything that a task lets out; must not fail
   */
  public static ExecutorService pool(String prefix, Consumer<Throwable> onUncaught) {
    return Executors.newCachedThreadPool(
        Thread.ofPlatform()
            .daemon()
            .name(prefix, 0)
            .uncaughtExceptionHandler((_, e) -> onUncaught.accept(e))
            .factory());
  }

  /** Has this done when the process is told to end. */
  public static void atShutdown(Runnable task) {
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("shutdown").unstarted(task));
  }

  /** A platform thread: pausing must not need memory, as parking a virtual one does. */
  static Thread ofLoop(String name, Runnable loop) {
    return Thread.ofPlatform().daemon().name(name).unstarted(loop);
  }
}
