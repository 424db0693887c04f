package io.webidentity.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What decides about identities beside annotations.
 *
 * @param containerCredentials the file that lists accounts for container credentials
 * @param roleMapNamespace the namespace of the ConfigMap that maps accounts to roles
 * @param roleComposition what ARNs are made of where only roles' names are written
 */
public record IdentitySourceSettings(
    Optional<Path> containerCredentials,
    Optional<String> roleMapNamespace,
    Optional<RoleCompositionSettings> roleComposition) {
  /** Annotations alone decide. */
  public static final IdentitySourceSettings NONE =
      new IdentitySourceSettings(Optional.empty(), Optional.empty(), Optional.empty());
}
