package io.webidentity.kubernetes;

import io.webidentity.watch.RepeatedLook;
import java.util.Optional;

/**
 * Objects of one kind, wherever they are kept, which change while the server runs. They can be
 * asked for before {@link #ready}.
 *
 * @param <K> tells objects apart
 * @param <P> what is kept of an object
 */
public interface ObjectSource<K, P> extends ObjectFinder<K, P>, AutoCloseable {
  /** Whether a first reading was complete; never false again once true. */
  boolean ready();

  /**
   * Reads everything again. Returns at once; until that is complete, what was known stays known.
   */
  ListAgain listAgain();

  /** Counts and ages for the metrics; cheap enough to ask for each of them. */
  ObjectStatistics statistics();

  /** The loop that reads them; empty where nothing changes. */
  Optional<RepeatedLook> looks();

  /** Stops reading and ends every thread; what was known stays readable. */
  @Override
  void close();
}
