package io.webidentity.watch;

/** A setting outside of the flags that may change while the webhook serves. Thread-safe. */
public interface WatchedSource extends AutoCloseable {
  /**
   * Starts looking; returns without waiting for a network.
   *
   * @throws UnusableContentException if there can never be anything to look at, such as without
   *     credentials
   */
  void start() throws UnusableContentException;

  /** Whether it has been read once; never false again once true. */
  boolean ready();

  /** How many entries are in use. */
  int entries();

  /** The looking; its name is the source's in metrics. */
  RepeatedLook looks();

  /** Whether what was read last may still be gone by; false where it may be too old for that. */
  default boolean dependable() {
    return true;
  }

  /** Stops looking; what was read stays in use. */
  @Override
  void close();
}
