package io.webidentity.testing.server;

/** Stops something when this JVM ends before it has been closed. */
public final class StopHook {
  private final Thread thread;

  /**
   * A hook that is not set yet.
   *
   * @param name of the thread
   * @param stop must do no harm when it runs a second time
   */
  public StopHook(String name, Runnable stop) {
    this.thread = new Thread(stop, name);
  }

  /** From now on the end of this JVM stops it. */
  public void set() {
    Runtime.getRuntime().addShutdownHook(thread);
  }

  /** It has been closed: the end of this JVM does nothing. */
  public void remove() {
    try {
      Runtime.getRuntime().removeShutdownHook(thread);
    } catch (IllegalStateException _) {
      // The JVM is going down already, and the hook has run or will.
    }
  }
}
