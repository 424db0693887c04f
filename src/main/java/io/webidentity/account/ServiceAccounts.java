package io.webidentity.account;

import io.webidentity.kubernetes.ListAgain;
import io.webidentity.kubernetes.ObjectStatistics;
import io.webidentity.watch.RepeatedLook;
import io.webidentity.watch.UnusableContentException;
import java.util.Optional;
import java.util.SortedMap;

/**
 * ServiceAccounts, wherever they are kept, which change while the server runs. They can be asked
 * for before {@link #ready}.
 *
 * <p>Thread-safe once started.
 */
public interface ServiceAccounts extends AccountFinder, AutoCloseable {
  /** Name of the loop that looks at them, or after their watch. */
  String LOOP = "service_accounts";

  /**
   * Starts reading; returns without waiting for the first complete reading where that takes a
   * network.
   *
   * @throws UnusableContentException when accounts could never be read from here, such as without
   *     credentials or from a broken manifest
   */
  void start() throws UnusableContentException;

  /** Whether a first reading was complete; never false again once true. */
  boolean ready();

  /**
   * The annotations of every account that has any of them, by {@code namespace/name}; for a person
   * who looks, not for requests.
   */
  SortedMap<String, IdentityAnnotations> annotated();

  /**
   * Reads everything again. Returns at once; until that is complete, what was known stays known.
   */
  ListAgain listAgain();

  /** Counts and ages for the metrics; cheap enough to ask for each of them. */
  ObjectStatistics statistics();

  /** What looks at them, or after their watch; empty where nothing changes. */
  default Optional<RepeatedLook> looks() {
    return Optional.empty();
  }

  /** Stops reading and ends every thread; what was known stays readable. */
  @Override
  void close();
}
