package io.webidentity.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What decides about identities beside annotations of ServiceAccounts.
 *
 * @param containerCredentials the file that lists accounts for container credentials
 * @param namespaceDefaults whether annotations of Namespaces are defaults for their ServiceAccounts
 * @param roleMapNamespace the namespace of the ConfigMap that maps accounts to roles
 * @param roleComposition what ARNs are made of where only roles' names are written
 */
public record IdentitySourceSettings(
    Optional<Path> containerCredentials,
    boolean namespaceDefaults,
    Optional<String> roleMapNamespace,
    Optional<RoleCompositionSettings> roleComposition) {
  /** Annotations of ServiceAccounts alone decide. */
  public static final IdentitySourceSettings NONE =
      new IdentitySourceSettings(Optional.empty(), false, Optional.empty(), Optional.empty());
}
