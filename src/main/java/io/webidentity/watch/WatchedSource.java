package io.webidentity.watch;

/** A setting outside of the flags that may change while the webhook serves. Thread-safe. */
public interface WatchedSource extends AutoCloseable {
  /** Its name in metrics; stable, lower case with underscores. */
  String name();

  /** Starts looking; returns without waiting for a network. */
  void start();

  /** Whether it has been read once; never false again once true. */
  boolean ready();

  /** How many entries are in use. */
  int entries();

  /** How many looks have found it unusable since the start. */
  long failures();

  /** Stops looking; what was read stays in use. */
  @Override
  void close();
}
