package io.webidentity.identity;

import io.webidentity.watch.RepeatedLook;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Namespaces, as far as they have a say. A request asks {@link #known} first, which never waits,
 * and {@link #lookUpLive} only where that is empty; both work before {@link #ready}.
 *
 * <p>Thread-safe once started.
 */
public interface Namespaces extends AutoCloseable {
  /** They have no say: everything is known, and nobody is asked. */
  Namespaces NONE = new UnaskedNamespaces();

  /**
   * Starts reading; returns without waiting for the first complete reading.
   *
   * @throws AccountSourceException when Namespaces could never be read, such as without credentials
   */
  void start() throws AccountSourceException;

  /** Whether a first reading was complete; never false again once true. */
  boolean ready();

  /**
   * What is kept of the Namespace, if it is known well enough to decide on. Never blocks: safe on
   * an event loop. Empty does not mean that the Namespace does not exist.
   *
   * @param name its name, which may be any text
   */
  Optional<NamespaceProperties> known(String name);

  /**
   * Asks the API server. Returns at once; the stage completes on another thread, never
   * exceptionally, and at the latest when the deadline of a look-up has passed.
   *
   * @param name its name, which may be any text
   */
  CompletionStage<NamespaceLookup> lookUpLive(String name);

  /**
   * Reads everything again. Returns at once; until that is complete, what was known stays known.
   */
  Rereading reread();

  /** Counts and ages for the metrics; empty where Namespaces have no say. */
  Optional<ObjectStatistics> statistics();

  /** What looks after their watch; empty where they have no say. */
  Optional<RepeatedLook> looks();

  /** Stops reading and ends every thread; what was known stays readable. */
  @Override
  void close();
}
