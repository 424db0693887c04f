package io.webidentity.cli;

import io.webidentity.config.IdentitySourceSettings;
import io.webidentity.identity.ContainerCredentialsAccounts;
import io.webidentity.identity.ContainerCredentialsFile;
import io.webidentity.identity.IdentitySources;
import io.webidentity.identity.RoleMap;
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

  /** Those that the settings name, not started. */
  static WatchedSources of(IdentitySourceSettings settings) {
    List<WatchedSource> all = new ArrayList<>();
    Optional<ContainerCredentialsFile> listed =
        settings
            .containerCredentials()
            .map(file -> new ContainerCredentialsFile(file, FILE_INTERVAL));
    listed.ifPresent(all::add);
    return new WatchedSources(
        all,
        new IdentitySources(
            listed
                .<ContainerCredentialsAccounts>map(file -> file)
                .orElse(ContainerCredentialsAccounts.NONE),
            RoleMap.EMPTY,
            UnaryOperator.identity()));
  }

  /** These and one more, if there is one. */
  WatchedSources and(Optional<? extends WatchedSource> another) {
    List<WatchedSource> more = new ArrayList<>(all);
    another.ifPresent(more::add);
    return new WatchedSources(more, identity);
  }

  void start() {
    all.forEach(WatchedSource::start);
  }

  @Override
  public void close() {
    all.forEach(WatchedSource::close);
  }
}
