package io.webidentity.cli.cluster;

/**
 * What {@code webhook doctor} found of one thing.
 *
 * @param group what it is about, such as {@code certificate}
 * @param name its stable name, such as {@code ca-bundle}
 * @param detail one sentence without a full stop
 * @param remedy what to do, in the imperative; empty where nothing is to be done
 */
record Check(String group, String name, Status status, String detail, String remedy) {
  /** How it stands. */
  enum Status {
    PASSED,
    /** Works, but may not for long, or not as meant. */
    WARNING,
    FAILED,
    /** Could not be looked at. */
    SKIPPED
  }
}
