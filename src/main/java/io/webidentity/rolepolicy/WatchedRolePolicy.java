package io.webidentity.rolepolicy;

import io.webidentity.watch.UnusableContentException;
import io.webidentity.watch.WatchedSource;
import java.time.Duration;

/** A role policy that may change while the webhook serves, and is never off by accident. */
public interface WatchedRolePolicy extends RolePolicySource, WatchedSource {
  /**
   * How long the policy may go without a look. A look at a ConfigMap ends within some 30 s, in an
   * answer or a failure; a look at a file takes no time. What takes longer is no look that fails,
   * but one that hangs.
   */
  Duration LONGEST_AGE = Duration.ofMinutes(3);

  /**
   * Reads the policy for the first time.
   *
   * @throws UnusableContentException if it is not there, or not in order
   */
  void read() throws UnusableContentException;

  /** A look that failed counts: then it is known that nothing better can be known. */
  @Override
  default boolean dependable() {
    return looks().age().compareTo(LONGEST_AGE) <= 0;
  }
}
