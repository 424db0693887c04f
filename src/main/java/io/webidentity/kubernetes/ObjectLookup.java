package io.webidentity.kubernetes;

import io.webidentity.kubernetes.ObjectStatistics.LookupResult;

/**
 * What asking for one object came to.
 *
 * @param <P> what is kept of it
 */
public sealed interface ObjectLookup<P> {
  /** The object exists and has these properties. */
  record Found<P>(P properties) implements ObjectLookup<P> {}

  /** It does not exist. */
  record NotFound<P>() implements ObjectLookup<P> {}

  /**
   * Nobody knows.
   *
   * @param result why: {@link LookupResult#FAILED}, {@code TIMEOUT} or {@code RATE_LIMITED}
   * @param message one sentence for logs and clients, without secrets
   */
  record Failed<P>(LookupResult result, String message) implements ObjectLookup<P> {}
}
