package io.webidentity.identity;

import io.webidentity.watch.RepeatedLook;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.CompletionStage;

/**
 * ServiceAccounts, wherever they are kept. A request asks {@link #known} first, which never waits,
 * and {@link #lookUpLive} only where that is empty; both work before {@link #ready}.
 *
 * <p>Thread-safe once started.
 */
public interface ServiceAccounts extends AutoCloseable {
  /** Name of the loop that looks at them, or after their watch. */
  String LOOP = "service_accounts";

  /**
   * Starts reading; returns without waiting for the first complete reading where that takes a
   * network.
   *
   * @throws AccountSourceException when accounts could never be read from here, such as without
   *     credentials or from a broken manifest
   */
  void start() throws AccountSourceException;

  /** Whether a first reading was complete; never false again once true. */
  boolean ready();

  /**
   * The account's annotations, if they are known well enough to decide on. Never blocks: safe on an
   * event loop. Empty does not mean that the account does not exist.
   */
  Optional<IdentityAnnotations> known(AccountKey account);

  /**
   * Asks where the accounts are kept. Returns at once; the stage completes on another thread, never
   * exceptionally, and at the latest when the deadline of a look-up has passed.
   */
  CompletionStage<AccountLookup> lookUpLive(AccountKey account);

  /**
   * The annotations of every account that has any of them, by {@code namespace/name}; for a person
   * who looks, not for requests.
   */
  SortedMap<String, IdentityAnnotations> annotated();

  /**
   * Reads everything again. Returns at once; until that is complete, what was known stays known.
   */
  Rereading reread();

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
