package io.webidentity.identity;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks after a watch every second, and tells when it is broken and when it is back. */
final class WatchGuard implements AutoCloseable {
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  private static final Logger log = LoggerFactory.getLogger(WatchGuard.class);

  private final String plural;
  private final Runnable look;
  private final BooleanSupplier broken;
  private final Thread thread;

  /**
   * Not started.
   *
   * @param plural what is watched
   * @param look what is to be done each time
   * @param broken whether changes may be missed
   */
  WatchGuard(String plural, Runnable look, BooleanSupplier broken) {
    this.plural = plural;
    this.look = look;
    this.broken = broken;
    this.thread = Thread.ofVirtual().name("watch-guard").unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  @Override
  public void close() {
    thread.interrupt();
  }

  private void run() {
    boolean told = false;
    try {
      while (true) {
        Thread.sleep(INTERVAL);
        look.run();
        if (broken.getAsBoolean() != told) {
          told = !told;
          tell(told);
        }
      }
    } catch (InterruptedException e) {
      // Only close() interrupts: the thread ends.
    }
  }

  private void tell(boolean isBroken) {
    if (isBroken) {
      log.warn(
          "The watch of {} is broken: until it is back, those without a role are looked up live."
              + " Check the API server and the way to it.",
          plural);
    } else {
      log.info("The watch of {} is back.", plural);
    }
  }
}
