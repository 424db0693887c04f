package io.webidentity.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What decides about identities beside annotations.
 *
 * @param containerCredentials the file that lists accounts for container credentials
 */
public record IdentitySourceSettings(Optional<Path> containerCredentials) {
  /** Annotations alone decide. */
  public static final IdentitySourceSettings NONE = new IdentitySourceSettings(Optional.empty());
}
