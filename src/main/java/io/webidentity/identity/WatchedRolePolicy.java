package io.webidentity.identity;

import io.webidentity.watch.UnusableContentException;
import io.webidentity.watch.WatchedSource;

/** A role policy that may change while the webhook serves, and is never off by accident. */
public interface WatchedRolePolicy extends RolePolicySource, WatchedSource {
  /**
   * Reads the policy for the first time.
   *
   * @throws UnusableContentException if it is not there, or not in order
   */
  void read() throws UnusableContentException;
}
