package io.webidentity.kubernetes;

import java.time.Duration;
import java.util.Optional;

/**
 * Reads one object from where it is kept.
 *
 * @param <K> tells objects apart
 * @param <P> what is kept of an object
 */
@FunctionalInterface
interface ObjectReader<K, P> {
  /**
   * Asks once, and waits for the answer.
   *
   * @param timeout how long to wait at most
   * @return what is kept of the object; empty if there is no such object
   * @throws ObjectReadException when there was no usable answer
   */
  Optional<P> read(K key, Duration timeout) throws ObjectReadException;
}
