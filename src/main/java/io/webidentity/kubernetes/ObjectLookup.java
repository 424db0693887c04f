package io.webidentity.kubernetes;

import io.webidentity.injection.Reason;

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
   * @param reason why, of kind {@link Reason.Kind#ERROR}
   * @param message one sentence for logs and clients, without secrets
   */
  record Failed<P>(Reason reason, String message) implements ObjectLookup<P> {}
}
