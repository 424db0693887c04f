package io.webidentity.server;

import io.webidentity.config.AccountSourceSettings;
import io.webidentity.config.IdentitySourceSettings;
import io.webidentity.config.RolePolicySettings.Location;
import io.webidentity.identity.ContainerCredentialsAccounts;
import io.webidentity.identity.IdentityGuard;
import io.webidentity.identity.IdentitySources;
import io.webidentity.identity.RoleMap;
import io.webidentity.identity.source.ConfigMapRoles;
import io.webidentity.identity.source.ContainerCredentialsFile;
import io.webidentity.identity.source.InstanceMetadata;
import io.webidentity.rolepolicy.RolePolicyConfigMap;
import io.webidentity.rolepolicy.RolePolicyFile;
import io.webidentity.rolepolicy.WatchedRolePolicy;
import io.webidentity.watch.UnusableContentException;
import io.webidentity.watch.WatchedSource;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * What decides about identities beside annotations, and may change while the server runs.
 *
 * @param all every source
 * @param identity what they say
 */
record WatchedSources(
    List<WatchedSource> all,
    IdentitySources identity,
    IdentityGuard guard,
    Optional<WatchedRolePolicy> policy)
    implements AutoCloseable {
  /** New content of a file counts after two looks: kubelet takes a minute to bring it. */
  private static final Duration FILE_INTERVAL = Duration.ofSeconds(1);

  WatchedSources {
    all = List.copyOf(all);
  }

  /**
   * Those that the settings name, not started.
   *
   * @throws UnusableContentException if the instance metadata service does not tell the account
   */
  static WatchedSources of(ServeSettings serve) throws UnusableContentException {
    IdentitySourceSettings settings = serve.sources();
    Optional<ContainerCredentialsFile> listed =
        settings
            .containerCredentials()
            .map(file -> new ContainerCredentialsFile(file, FILE_INTERVAL));
    UnaryOperator<String> completion = InstanceMetadata.completion(settings.roleComposition());
    Optional<ConfigMapRoles> roles = Optional.empty();
    if (settings.roleMapNamespace().isPresent()) {
      roles =
          Optional.of(
              new ConfigMapRoles(
                  cluster(serve.accounts()), settings.roleMapNamespace().get(), System::nanoTime));
    }
    Optional<WatchedRolePolicy> policy = policy(serve);
    return new WatchedSources(
        Stream.of(listed, roles, policy).<WatchedSource>flatMap(Optional::stream).toList(),
        new IdentitySources(
            listed
                .<ContainerCredentialsAccounts>map(file -> file)
                .orElse(ContainerCredentialsAccounts.NONE),
            roles.<RoleMap>map(map -> map).orElse(RoleMap.EMPTY),
            completion),
        IdentityGuard.of(serve.rolePolicy(), policy, serve.identity(), serve.session()),
        policy);
  }

  private static Optional<WatchedRolePolicy> policy(ServeSettings settings) {
    return switch (settings.rolePolicy().location()) {
      case Location.Nowhere() -> Optional.empty();
      case Location.InFile(var file) -> Optional.of(new RolePolicyFile(file, FILE_INTERVAL));
      case Location.InConfigMap(String namespace, String name) ->
          Optional.of(
              new RolePolicyConfigMap(
                  cluster(settings.accounts()), namespace, name, System::nanoTime));
    };
  }

  private static AccountSourceSettings.Cluster cluster(AccountSourceSettings accounts) {
    return switch (accounts) {
      case AccountSourceSettings.Cluster cluster -> cluster;
      case AccountSourceSettings.Manifests _ ->
          throw new IllegalStateException("a ConfigMap without a cluster is refused as flags");
    };
  }

  /**
   * Reads the policy: the server must not start without the one that its settings name.
   *
   * @throws UnusableContentException naming what is wrong
   */
  void readPolicy() throws UnusableContentException {
    if (policy.isEmpty()) {
      return;
    }
    try {
      policy.get().read();
    } catch (UnusableContentException e) {
      throw new UnusableContentException("the role policy cannot be used: " + e.getMessage(), e);
    }
  }

  void start() throws UnusableContentException {
    for (WatchedSource source : all) {
      source.start();
    }
  }

  @Override
  public void close() {
    all.forEach(WatchedSource::close);
  }
}
