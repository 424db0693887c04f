package io.webidentity.cli.inject;

import io.webidentity.account.AccountKey;
import io.webidentity.account.ClusterNamespaces;
import io.webidentity.account.ClusterServiceAccounts;
import io.webidentity.account.IdentityAnnotations;
import io.webidentity.account.NamespacePart;
import io.webidentity.account.NamespaceProperties;
import io.webidentity.config.AccountSourceSettings;
import io.webidentity.kubernetes.ObjectLookup;
import io.webidentity.watch.UnusableContentException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** The cluster that is asked for what is not among the input, object by object. */
public final class LiveCluster implements AutoCloseable {
  /** For one object, retries included. A person waits for it. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final ClusterServiceAccounts accounts;
  private final ClusterNamespaces namespaces;

  /**
   * Connects. Whether the API server can be reached shows with the first object.
   *
   * @param kubeconfig without one, the pod's own credentials are used
   * @throws UnusableContentException if the kubeconfig cannot be used
   */
  public LiveCluster(Optional<Path> kubeconfig, String annotationPrefix)
      throws UnusableContentException {
    AccountSourceSettings.Cluster settings =
        new AccountSourceSettings.Cluster(kubeconfig, Optional.empty(), PATIENCE);
    this.accounts = new ClusterServiceAccounts(settings, annotationPrefix, Clock.systemUTC());
    this.namespaces =
        new ClusterNamespaces(
            settings, EnumSet.allOf(NamespacePart.class), annotationPrefix, Clock.systemUTC());
    accounts.connect();
    namespaces.connect();
  }

  public CompletionStage<ObjectLookup<IdentityAnnotations>> account(AccountKey account) {
    return accounts.lookUpLive(account);
  }

  CompletionStage<ObjectLookup<NamespaceProperties>> namespace(String name) {
    return namespaces.lookUpLive(name);
  }

  @Override
  public void close() {
    accounts.close();
    namespaces.close();
  }
}
