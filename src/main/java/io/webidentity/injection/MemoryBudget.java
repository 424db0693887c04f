package io.webidentity.injection;

/**
 * What one decision may still take of memory. Readers and writers take before they allocate, so
 * that a few bytes of a request cannot become megabytes that nobody counted.
 *
 * <p>The amounts are estimates that lie above what a 64-bit JVM needs.
 */
@FunctionalInterface
public interface MemoryBudget {
  /** For pods that no server waits for, such as those of manifests. */
  MemoryBudget UNBOUNDED = _ -> {};

  /**
   * Takes memory until the decision is over.
   *
   * @param bytes what is about to be allocated
   * @throws MemoryExceededException if that is more than there is
   */
  void take(long bytes) throws MemoryExceededException;
}
