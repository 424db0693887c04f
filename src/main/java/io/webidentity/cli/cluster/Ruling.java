package io.webidentity.cli.cluster;

import io.webidentity.audit.Audit;
import io.webidentity.audit.Causes;
import io.webidentity.audit.ClusterView;
import io.webidentity.audit.PodAudit;
import io.webidentity.audit.PodCheck;
import io.webidentity.cli.flag.Flag;
import io.webidentity.cli.flag.FlagRule;
import io.webidentity.cli.flag.GivenFlags;
import io.webidentity.cli.flag.UsageException;
import io.webidentity.cli.inject.OfflineFlags;
import io.webidentity.cli.inject.OfflineSettings;
import io.webidentity.cli.inject.OfflineSources;
import io.webidentity.cli.serve.ContainerCredentialsFlags;
import io.webidentity.cli.serve.FlagRules;
import io.webidentity.cli.serve.RolePolicyFlags;
import io.webidentity.cli.serve.ServeFlags;
import io.webidentity.cli.serve.ShadowFlags;
import io.webidentity.config.RolePolicySettings.Location;
import io.webidentity.decision.PodTreeDecider;
import io.webidentity.identity.ContainerCredentialsAccounts;
import io.webidentity.identity.IdentitySources;
import io.webidentity.identity.RoleMap;
import io.webidentity.identity.source.ConfigMapRoles;
import io.webidentity.identity.source.ContainerCredentialsFile;
import io.webidentity.identity.source.RoleMapFile;
import io.webidentity.policy.RolePolicy;
import io.webidentity.rolepolicy.RolePolicyConfigMap;
import io.webidentity.rolepolicy.RolePolicyReader;
import io.webidentity.rolepolicy.RolePolicySource;
import io.webidentity.watch.UnusableContentException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * By what a command decides about pods of a cluster: the flags given to it, and for all others
 * those of the webhook that the cluster runs, with the ConfigMaps that these name.
 *
 * @param origin whose flags they are, for people
 * @param flags the flags
 * @param settings what they come to
 * @param sources what decides beside them
 * @param shadow whether the webhook only compares
 */
record Ruling(
    String origin,
    GivenFlags flags,
    OfflineSettings settings,
    OfflineSources sources,
    boolean shadow) {
  /** Files of the server's: here they have other paths, or are not there. */
  private static final List<Flag<?>> FILES =
      List.of(
          OfflineFlags.KUBECONFIG,
          OfflineFlags.SERVICE_ACCOUNTS,
          OfflineFlags.NAMESPACE,
          OfflineFlags.ROLE_POLICY,
          ContainerCredentialsFlags.CONFIG);

  /**
   * Finds the installation, if there is one whose flags can be read.
   *
   * @throws UsageException if a flag has a wrong value, or a file that one names cannot be read
   * @throws UnusableContentException if a ConfigMap that the installation names cannot be used
   */
  static Ruling of(GivenFlags given, ClusterView cluster)
      throws UsageException, UnusableContentException {
    Optional<Installation> found;
    String assumed = "no Deployment of the webhook was found";
    try {
      found = Installation.find(cluster);
    } catch (UnusableContentException unreadable) {
      found = Optional.empty();
      assumed = String.valueOf(unreadable.getMessage());
    }
    if (found.isEmpty()) {
      return new Ruling(
          "defaults, and the flags given here: " + assumed,
          given,
          OfflineSettings.of(given),
          OfflineSources.ofFiles(given),
          false);
    }
    GivenFlags flags = given.or(found.get().flags(), deciding());
    for (FlagRule rule : FlagRules.OFFLINE) {
      rule.check(flags);
    }
    return new Ruling(
        found.get().title(),
        flags,
        OfflineSettings.of(flags),
        sources(given, OfflineSources.ofFiles(flags), found.get()),
        found.get().flags().find(ShadowFlags.COMPARE_WITH).isPresent());
  }

  /** Looks at pods; has seen none. */
  Audit audit(ClusterView cluster, PodTreeDecider decider) {
    return new Audit(origin, new PodAudit(cluster, check(decider), causes(cluster)));
  }

  /** Compares pods with what this decides. */
  PodCheck check(PodTreeDecider decider) {
    return new PodCheck(decider, settings.injection().tokenVolumeNames());
  }

  /** Tells why pods differ. */
  Causes causes(ClusterView cluster) {
    return new Causes(cluster, settings.annotationPrefix(), shadow);
  }

  private static List<Flag<?>> deciding() {
    List<String> files = FILES.stream().map(Flag::name).toList();
    return OfflineFlags.SETTINGS.stream()
        .filter(flag -> !files.contains(flag.name()))
        .<Flag<?>>map(flag -> flag)
        .toList();
  }

  /** Those of the flags given here, and what the installation has where there are none. */
  private static OfflineSources sources(
      GivenFlags given, OfflineSources own, Installation installation)
      throws UsageException, UnusableContentException {
    Optional<? extends RolePolicySource> policy =
        own.policy().isPresent() ? own.policy() : policy(installation);
    IdentitySources files = own.identity();
    return new OfflineSources(
        new IdentitySources(
            given.has(ContainerCredentialsFlags.CONFIG)
                ? files.containerCredentials()
                : listed(installation),
            given.has(OfflineFlags.ROLE_MAP) ? files.roleMap() : roleMap(installation),
            files.roleCompletion()),
        policy);
  }

  private static ContainerCredentialsAccounts listed(Installation installation)
      throws UsageException, UnusableContentException {
    Optional<Path> file = installation.flags().find(ContainerCredentialsFlags.CONFIG);
    return file.isPresent()
        ? ContainerCredentialsFile.of(file.get().toString(), installation.file(file.get()))
        : ContainerCredentialsAccounts.NONE;
  }

  private static RoleMap roleMap(Installation installation)
      throws UsageException, UnusableContentException {
    String namespace = installation.flags().value(ServeFlags.NAMESPACE);
    // One that is not there is an empty map for the server, too.
    if (!installation.flags().value(ServeFlags.WATCH_CONFIG_MAP)
        || installation.configMap(namespace, ConfigMapRoles.NAME).isEmpty()) {
      return RoleMap.EMPTY;
    }
    String text = installation.configMap(namespace, ConfigMapRoles.NAME, ConfigMapRoles.KEY);
    return RoleMapFile.of(namespace + "/" + ConfigMapRoles.NAME, text);
  }

  /**
   * The role policy of an installation, if it has one.
   *
   * @throws UnusableContentException if it cannot be read
   */
  static Optional<RolePolicySource> policy(Installation installation)
      throws UnusableContentException {
    return switch (installation.read(flags -> RolePolicyFlags.settings(flags).location())) {
      case Location.Nowhere() -> Optional.empty();
      case Location.InFile(Path file) ->
          Optional.of(source(file.toString(), installation.file(file)));
      case Location.InConfigMap(String namespace, String name) ->
          Optional.of(
              source(
                  "ConfigMap %s/%s".formatted(namespace, name),
                  installation.configMap(namespace, name, RolePolicyConfigMap.KEY)));
    };
  }

  private static RolePolicySource source(String place, String text)
      throws UnusableContentException {
    RolePolicy policy = RolePolicyReader.read(place, text);
    return () -> Optional.of(policy);
  }
}
