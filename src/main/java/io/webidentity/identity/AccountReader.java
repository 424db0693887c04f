package io.webidentity.identity;

import java.time.Duration;
import java.util.Optional;

/** Reads one ServiceAccount from where it is kept. */
@FunctionalInterface
interface AccountReader {
  /**
   * Asks once, and waits for the answer.
   *
   * @param timeout how long to wait at most
   * @return the account's annotations; empty if there is no such account
   * @throws AccountReadException when there was no usable answer
   */
  Optional<IdentityAnnotations> read(AccountKey account, Duration timeout)
      throws AccountReadException;
}
