package io.webidentity.rolepolicy;

import io.webidentity.policy.RolePolicy;
import io.webidentity.watch.UnusableContentException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The role policy read last, wherever it is kept. Written by one thread at a time. */
final class RolePolicyInForce {
  /** What metrics and logs call a role policy. */
  static final String NAME = "role_policy";

  private static final Logger LOG = LoggerFactory.getLogger(RolePolicyInForce.class);

  private final String place;

  private volatile @Nullable RolePolicy policy;
  private @Nullable String text;

  /**
   * None yet.
   *
   * @param place where it is kept, for messages
   */
  RolePolicyInForce(String place) {
    this.place = place;
  }

  /** The policy; empty as long as none has been read. */
  Optional<RolePolicy> policy() {
    return Optional.ofNullable(policy);
  }

  /** How many rules it has. */
  int rules() {
    return policy().map(read -> read.rules().size()).orElse(0);
  }

  /**
   * Puts a text's policy into force, unless it is that already.
   *
   * @throws UnusableContentException if it is no policy; the one before stays
   */
  void take(String found) throws UnusableContentException {
    if (found.equals(text)) {
      return;
    }
    RolePolicy read = RolePolicyReader.read(place, found);
    policy = read;
    text = found;
    LOG.info(
        "role policy with {} rules, enforce: {}, read from {}",
        read.rules().size(),
        read.enforcement().word(),
        place);
  }
}
