package io.webidentity.account;

import io.webidentity.kubernetes.ObjectSource;
import io.webidentity.watch.UnusableContentException;
import java.util.SortedMap;

/** ServiceAccounts, wherever they are kept. Thread-safe once started. */
public interface ServiceAccounts
    extends AccountFinder, ObjectSource<AccountKey, IdentityAnnotations> {
  /** Name of the loop that reads them. */
  String LOOP = "service_accounts";

  /**
   * Starts reading; returns without waiting for the first complete reading where that takes a
   * network.
   *
   * @throws UnusableContentException when accounts could never be read from here, such as without
   *     credentials or from a broken manifest
   */
  void start() throws UnusableContentException;

  /**
   * The annotations of every account that has any of them, by {@code namespace/name}; for a person
   * who looks, not for requests.
   */
  SortedMap<String, IdentityAnnotations> annotated();
}
