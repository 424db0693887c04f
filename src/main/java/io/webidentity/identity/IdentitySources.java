package io.webidentity.identity;

import java.util.function.UnaryOperator;

/**
 * What decides about identities beside the annotations of ServiceAccounts and Namespaces.
 *
 * @param containerCredentials accounts whose pods get container credentials
 * @param roleMap roles that are kept in a map
 * @param roleCompletion makes the ARN of a role of a value that may be its name alone
 */
public record IdentitySources(
    ContainerCredentialsAccounts containerCredentials,
    RoleMap roleMap,
    UnaryOperator<String> roleCompletion) {
  /** Annotations alone decide. */
  public static final IdentitySources ANNOTATIONS =
      new IdentitySources(
          ContainerCredentialsAccounts.NONE, RoleMap.EMPTY, UnaryOperator.identity());
}
