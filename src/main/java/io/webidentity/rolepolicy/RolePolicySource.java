package io.webidentity.rolepolicy;

import io.webidentity.policy.RolePolicy;
import java.util.Optional;

/** Where the role policy in force is. */
@FunctionalInterface
public interface RolePolicySource {
  /** The policy in force; empty as long as it has not been read. Never blocks. */
  Optional<RolePolicy> current();
}
