package io.webidentity.account;

import io.webidentity.kubernetes.ListAgain;
import io.webidentity.kubernetes.ObjectLookup;
import io.webidentity.kubernetes.ObjectStatistics;
import io.webidentity.watch.RepeatedLook;
import io.webidentity.watch.UnusableContentException;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * The Namespaces of a cluster, which change while the server runs. They can be asked for before
 * {@link #ready}.
 *
 * <p>Thread-safe once started.
 */
public interface Namespaces extends NamespaceFinder, AutoCloseable {
  /** They have no say: everything is known, and nobody is asked. */
  Namespaces NONE = FixedNamespaces.withoutSay();

  /** They have a say, and there is no cluster to ask. */
  Namespaces UNKNOWN = FixedNamespaces.unknown();

  /** What a Namespace without a say comes to. */
  ObjectLookup<NamespaceProperties> NO_SAY = new ObjectLookup.Found<>(NamespaceProperties.NONE);

  /**
   * Starts reading; returns without waiting for the first complete reading.
   *
   * @param needed whether anybody asks for them now; before, they are not read
   * @throws UnusableContentException when Namespaces could never be read, such as without
   *     credentials
   */
  void start(BooleanSupplier needed) throws UnusableContentException;

  /** Whether a first reading was complete; never false again once true. */
  boolean ready();

  /**
   * Reads everything again. Returns at once; until that is complete, what was known stays known.
   */
  ListAgain listAgain();

  /** Counts and ages for the metrics; empty where Namespaces have no say. */
  Optional<ObjectStatistics> statistics();

  /** What looks after their watch; empty where they have no say. */
  Optional<RepeatedLook> looks();

  /** Stops reading and ends every thread; what was known stays readable. */
  @Override
  void close();
}
