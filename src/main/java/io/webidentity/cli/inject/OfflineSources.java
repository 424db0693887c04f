package io.webidentity.cli.inject;

import io.webidentity.cli.flag.GivenFlags;
import io.webidentity.cli.flag.UsageException;
import io.webidentity.cli.serve.ContainerCredentialsFlags;
import io.webidentity.cli.serve.RoleCompositionFlags;
import io.webidentity.config.RoleCompositionSettings;
import io.webidentity.identity.ContainerCredentialsAccounts;
import io.webidentity.identity.IdentitySources;
import io.webidentity.identity.RoleMap;
import io.webidentity.identity.source.ContainerCredentialsFile;
import io.webidentity.identity.source.InstanceMetadata;
import io.webidentity.identity.source.RoleMapFile;
import io.webidentity.rolepolicy.RolePolicyFile;
import io.webidentity.rolepolicy.RolePolicySource;
import io.webidentity.watch.UnusableContentException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What decides beside flags and annotations.
 *
 * @param identity what decides about identities
 * @param policy who may use which role
 */
public record OfflineSources(
    IdentitySources identity, Optional<? extends RolePolicySource> policy) {
  /**
   * What the files say that flags name.
   *
   * @throws UsageException if a file cannot be read or used
   */
  public static OfflineSources ofFiles(GivenFlags flags) throws UsageException {
    return new OfflineSources(identity(flags), policy(flags));
  }

  private static Optional<RolePolicyFile> policy(GivenFlags flags) throws UsageException {
    Optional<RolePolicyFile> policy =
        flags.find(OfflineFlags.ROLE_POLICY).map(file -> new RolePolicyFile(file, Duration.ZERO));
    if (policy.isPresent()) {
      try {
        policy.get().read();
      } catch (UnusableContentException wrong) {
        throw new UsageException("the role policy cannot be used: " + wrong.getMessage());
      }
    }
    return policy;
  }

  private static IdentitySources identity(GivenFlags flags) throws UsageException {
    Optional<Path> listed = flags.find(ContainerCredentialsFlags.CONFIG);
    Optional<RoleCompositionSettings> roles = RoleCompositionFlags.settings(flags);
    Optional<Path> roleMap = flags.find(OfflineFlags.ROLE_MAP);
    try {
      return new IdentitySources(
          listed.isPresent()
              ? ContainerCredentialsFile.readOnce(listed.get())
              : ContainerCredentialsAccounts.NONE,
          roleMap.isPresent() ? RoleMapFile.read(roleMap.get()) : RoleMap.EMPTY,
          InstanceMetadata.completion(roles));
    } catch (UnusableContentException wrong) {
      throw new UsageException(String.valueOf(wrong.getMessage()));
    }
  }
}
