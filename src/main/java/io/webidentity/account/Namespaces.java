package io.webidentity.account;

import io.webidentity.kubernetes.ObjectStatistics;
import io.webidentity.kubernetes.Rereading;
import io.webidentity.watch.RepeatedLook;
import io.webidentity.watch.UnusableContentException;
import java.util.Optional;

/**
 * The Namespaces of a cluster, which change while the server runs. They can be asked for before
 * {@link #ready}.
 *
 * <p>Thread-safe once started.
 */
public interface Namespaces extends NamespaceFinder, AutoCloseable {
  /** They have no say: everything is known, and nobody is asked. */
  Namespaces NONE = new UnaskedNamespaces();

  /**
   * Starts reading; returns without waiting for the first complete reading.
   *
   * @throws UnusableContentException when Namespaces could never be read, such as without
   *     credentials
   */
  void start() throws UnusableContentException;

  /** Whether a first reading was complete; never false again once true. */
  boolean ready();

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
