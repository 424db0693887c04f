package io.webidentity.rolepolicy;

import io.webidentity.kubernetes.ObjectReadException;
import io.webidentity.policy.NamespaceMetadata;
import java.time.Duration;

/** Reads one Namespace from where it is kept. */
@FunctionalInterface
public interface NamespaceReader {
  /**
   * Asks once, and waits for the answer. A Namespace that does not exist has no labels.
   *
   * @param timeout how long to wait at most
   * @throws ObjectReadException when there was no usable answer
   */
  NamespaceMetadata read(String name, Duration timeout) throws ObjectReadException;
}
