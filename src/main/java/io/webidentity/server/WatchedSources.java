package io.webidentity.server;

import io.webidentity.config.AccountSourceSettings;
import io.webidentity.config.IdentitySourceSettings;
import io.webidentity.identity.ContainerCredentialsAccounts;
import io.webidentity.identity.IdentitySources;
import io.webidentity.identity.RoleMap;
import io.webidentity.identity.source.ConfigMapRoles;
import io.webidentity.identity.source.ContainerCredentialsFile;
import io.webidentity.identity.source.InstanceMetadata;
import io.webidentity.watch.UnusableContentException;
import io.webidentity.watch.WatchedSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * What decides about identities beside annotations, and may change while the server runs.
 *
 * @param all every source
 * @param identity what they say
 */
record WatchedSources(List<WatchedSource> all, IdentitySources identity) implements AutoCloseable {
  /** New content of a file counts after two looks: kubelet takes a minute to bring it. */
  private static final Duration FILE_INTERVAL = Duration.ofSeconds(1);

  WatchedSources {
    all = List.copyOf(all);
  }

  /**
   * Those that the settings name, not started.
   *
   * @throws UnusableContentException if there are no credentials for the API server, or the
   *     instance metadata service does not tell the account
   */
  static WatchedSources of(ServeSettings serve) throws UnusableContentException {
    IdentitySourceSettings settings = serve.sources();
    List<WatchedSource> all = new ArrayList<>();
    Optional<ContainerCredentialsFile> listed =
        settings
            .containerCredentials()
            .map(file -> new ContainerCredentialsFile(file, FILE_INTERVAL));
    listed.ifPresent(all::add);
    UnaryOperator<String> completion = InstanceMetadata.completion(settings.roleComposition());
    Optional<ConfigMapRoles> roles = Optional.empty();
    if (settings.roleMapNamespace().isPresent()) {
      roles = Optional.of(roles(serve.accounts(), settings.roleMapNamespace().get()));
    }
    roles.ifPresent(all::add);
    return new WatchedSources(
        all,
        new IdentitySources(
            listed
                .<ContainerCredentialsAccounts>map(file -> file)
                .orElse(ContainerCredentialsAccounts.NONE),
            roles.<RoleMap>map(map -> map).orElse(RoleMap.EMPTY),
            completion));
  }

  /** These and one more, if there is one. */
  WatchedSources and(Optional<? extends WatchedSource> another) {
    List<WatchedSource> more = new ArrayList<>(all);
    another.ifPresent(more::add);
    return new WatchedSources(more, identity);
  }

  private static ConfigMapRoles roles(AccountSourceSettings accounts, String namespace)
      throws UnusableContentException {
    return switch (accounts) {
      case AccountSourceSettings.Cluster cluster -> ConfigMapRoles.of(cluster, namespace);
      case AccountSourceSettings.Manifests _ ->
          throw new IllegalStateException("a role map without a cluster");
    };
  }

  void start() {
    all.forEach(WatchedSource::start);
  }

  @Override
  public void close() {
    all.forEach(WatchedSource::close);
  }
}
