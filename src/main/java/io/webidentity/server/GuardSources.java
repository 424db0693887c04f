package io.webidentity.server;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.webidentity.config.AccountSourceSettings;
import io.webidentity.config.RolePolicySettings;
import io.webidentity.config.RolePolicySettings.Location;
import io.webidentity.identity.IdentityGuard;
import io.webidentity.injection.Reason;
import io.webidentity.kubernetes.ApiClients;
import io.webidentity.rolepolicy.PolicyNamespaces;
import io.webidentity.rolepolicy.RolePolicyConfigMap;
import io.webidentity.rolepolicy.RolePolicyFile;
import io.webidentity.rolepolicy.WatchedRolePolicy;
import io.webidentity.watch.UnusableContentException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The guard of roles that the settings name, with what it asks.
 *
 * @param guard holds identities against the policy
 * @param policy the policy, if there is one beside the annotations of Namespaces; not started
 * @param namespaces where Namespaces are looked up
 */
record GuardSources(
    IdentityGuard guard, Optional<WatchedRolePolicy> policy, PolicyNamespaces namespaces)
    implements AutoCloseable {
  /** New content of a file counts after two looks: kubelet takes a minute to bring it. */
  private static final Duration FILE_INTERVAL = Duration.ofSeconds(1);

  /** One small request: a change counts about as soon as one of a mounted file. */
  private static final Duration CONFIG_MAP_INTERVAL = Duration.ofSeconds(5);

  private static final PolicyNamespaces NO_NAMESPACES =
      name ->
          CompletableFuture.completedFuture(
              new PolicyNamespaces.Lookup.Failed(
                  Reason.LOOKUP_FAILED,
                  "The role policy depends on Namespace %s, and there is no cluster to ask."
                      .formatted(name)));

  /** Those of these settings, nothing of them started. */
  static GuardSources of(ServeSettings settings) throws UnusableContentException {
    RolePolicySettings wanted = settings.rolePolicy();
    Optional<WatchedRolePolicy> policy = policy(settings);
    if (policy.isEmpty() && !wanted.namespaceAnnotations()) {
      return new GuardSources(IdentityGuard.NONE, policy, NO_NAMESPACES);
    }
    PolicyNamespaces namespaces = namespaces(settings.accounts());
    return new GuardSources(
        IdentityGuard.of(wanted, policy, settings.identity(), settings.session(), namespaces),
        policy,
        namespaces);
  }

  private static Optional<WatchedRolePolicy> policy(ServeSettings settings)
      throws UnusableContentException {
    return switch (settings.rolePolicy().location()) {
      case Location.Nowhere() -> Optional.empty();
      case Location.InFile(var file) -> Optional.of(new RolePolicyFile(file, FILE_INTERVAL));
      case Location.InConfigMap(String namespace, String name) ->
          Optional.of(
              new RolePolicyConfigMap(
                  client(settings.accounts()).orElseThrow(), namespace, name, CONFIG_MAP_INTERVAL));
    };
  }

  private static PolicyNamespaces namespaces(AccountSourceSettings accounts)
      throws UnusableContentException {
    return switch (accounts) {
      case AccountSourceSettings.Cluster cluster ->
          PolicyNamespaces.inCluster(client(cluster).orElseThrow(), cluster.lookupDeadline());
      case AccountSourceSettings.Manifests _ -> NO_NAMESPACES;
    };
  }

  private static Optional<KubernetesClient> client(AccountSourceSettings source)
      throws UnusableContentException {
    return switch (source) {
      case AccountSourceSettings.Cluster cluster -> Optional.of(ApiClients.connect(cluster));
      case AccountSourceSettings.Manifests _ -> Optional.empty();
    };
  }

  /**
   * Reads the policy: the server must not start without the one that it was told of.
   *
   * @throws UnusableContentException naming the flag and what is wrong
   */
  void read() throws UnusableContentException {
    if (policy.isEmpty()) {
      return;
    }
    try {
      policy.get().read();
    } catch (UnusableContentException e) {
      throw new UnusableContentException("the role policy cannot be used: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    namespaces.close();
  }
}
