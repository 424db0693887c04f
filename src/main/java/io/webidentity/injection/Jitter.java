package io.webidentity.injection;

/** Chance, which the decision itself does not know. */
@FunctionalInterface
public interface Jitter {
  /**
   * A random number.
   *
   * @param lowest the lowest one possible
   * @param highest the highest one possible, itself included
   */
  long between(long lowest, long highest);
}
