package io.webidentity.cli.cluster;

import io.webidentity.cli.flag.GivenFlags;
import io.webidentity.cli.flag.UsageException;
import io.webidentity.cli.serve.ObservationFlags;
import io.webidentity.cli.serve.RolePolicyFlags;
import io.webidentity.cli.serve.ServeFlags;
import io.webidentity.cli.serve.ServeSettingsReader;
import io.webidentity.config.AuditSettings;
import io.webidentity.config.CertificateSettings.BuiltIn;
import io.webidentity.config.RolePolicySettings.Location;
import io.webidentity.identity.source.ConfigMapRoles;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Something that the webhook does at the API server (docs/security.md, "Rights").
 *
 * @param group API group; empty for the core
 * @param resource with its subresource, as roles have it
 * @param namespace empty for all of the cluster
 * @param name empty for all objects
 */
record NeededRight(
    String group, String resource, String namespace, String name, List<String> verbs) {
  private static final String LEASES = "coordination.k8s.io";
  private static final List<String> READING = List.of("get", "list", "watch");

  NeededRight {
    verbs = List.copyOf(verbs);
  }

  /**
   * What an installation must be allowed to do, as its flags tell.
   *
   * @param policyReadsLabels whether its role policy depends on the labels of Namespaces
   * @throws UsageException if a flag cannot be read
   */
  static List<NeededRight> of(GivenFlags flags, boolean policyReadsLabels) throws UsageException {
    List<NeededRight> rights = new ArrayList<>();
    if (!flags.has(ServeFlags.SERVICE_ACCOUNTS)) {
      rights.add(new NeededRight("", "serviceaccounts", "", "", READING));
    }
    if (policyReadsLabels
        || flags.value(ServeFlags.NAMESPACE_DEFAULTS)
        || flags.value(RolePolicyFlags.NAMESPACE_ANNOTATIONS)) {
      rights.add(new NeededRight("", "namespaces", "", "", READING));
    }
    if (flags.value(ObservationFlags.EVENTS)) {
      rights.add(new NeededRight("events.k8s.io", "events", "", "", List.of("create", "patch")));
    }
    if (flags.value(ServeFlags.WATCH_CONFIG_MAP)) {
      rights.add(configMap(flags.value(ServeFlags.NAMESPACE), ConfigMapRoles.NAME));
    }
    if (RolePolicyFlags.settings(flags).location()
        instanceof Location.InConfigMap(String namespace, String name)) {
      rights.add(configMap(namespace, name));
    }
    ObservationFlags.audit(flags).map(NeededRight::audit).ifPresent(rights::addAll);
    Optional<BuiltIn> shared = ServeSettingsReader.sharedCertificate(flags);
    shared.map(NeededRight::secret).ifPresent(rights::add);
    shared.flatMap(BuiltIn::configuration).map(NeededRight::configuration).ifPresent(rights::add);
    return rights;
  }

  private static List<NeededRight> audit(AuditSettings audit) {
    List<NeededRight> rights = new ArrayList<>();
    rights.add(new NeededRight("", "pods", "", "", List.of("list")));
    rights.add(new NeededRight("", "namespaces", "", "", List.of("get")));
    rights.add(new NeededRight("apps", "replicasets", "", "", List.of("get")));
    rights.add(
        new NeededRight(
            "admissionregistration.k8s.io",
            "mutatingwebhookconfigurations",
            "",
            "",
            List.of("list")));
    rights.add(new NeededRight(LEASES, "leases", audit.namespace(), "", List.of("create")));
    rights.add(
        new NeededRight(
            LEASES, "leases", audit.namespace(), audit.lease(), List.of("get", "update")));
    if (audit.evictionsPerMinute() > 0) {
      rights.add(new NeededRight("", "pods/eviction", "", "", List.of("create")));
    }
    return rights;
  }

  private static NeededRight configMap(String namespace, String name) {
    return new NeededRight("", "configmaps", namespace, name, List.of("list", "watch"));
  }

  private static NeededRight secret(BuiltIn shared) {
    return new NeededRight(
        "", "secrets", shared.namespace(), shared.secret(), List.of("get", "update"));
  }

  private static NeededRight configuration(String name) {
    return new NeededRight(
        "admissionregistration.k8s.io",
        "mutatingwebhookconfigurations",
        "",
        name,
        List.of("get", "patch"));
  }
}
