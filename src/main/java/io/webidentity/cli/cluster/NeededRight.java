package io.webidentity.cli.cluster;

import io.webidentity.cli.flag.GivenFlags;
import io.webidentity.cli.flag.UsageException;
import io.webidentity.cli.serve.ObservationFlags;
import io.webidentity.cli.serve.RolePolicyFlags;
import io.webidentity.cli.serve.ServeFlags;
import io.webidentity.watch.UnusableContentException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Something that the webhook does at the API server (docs/security.md, "Rights").
 *
 * @param group API group; empty for the core
 * @param namespace empty for all of the cluster
 * @param name empty for all objects
 */
record NeededRight(
    String group, String resource, String namespace, String name, List<String> verbs) {
  private static final List<String> READING = List.of("get", "list", "watch");
  private static final List<String> WATCHING = List.of("list", "watch");

  NeededRight {
    verbs = List.copyOf(verbs);
  }

  /**
   * What an installation must be allowed to do, as its flags tell.
   *
   * @throws UnusableContentException if a flag cannot be read
   */
  static List<NeededRight> of(Installation installation) throws UnusableContentException {
    Optional<String> secret = installation.certificateSecret();
    return installation.read(flags -> of(flags, installation.namespace(), secret));
  }

  private static List<NeededRight> of(GivenFlags flags, String namespace, Optional<String> secret)
      throws UsageException {
    List<NeededRight> rights = new ArrayList<>();
    rights.add(new NeededRight("", "serviceaccounts", "", "", READING));
    if (flags.value(ServeFlags.NAMESPACE_DEFAULTS)
        || flags.value(RolePolicyFlags.NAMESPACE_ANNOTATIONS)) {
      rights.add(new NeededRight("", "namespaces", "", "", READING));
    }
    if (flags.value(ObservationFlags.EVENTS)) {
      rights.add(new NeededRight("events.k8s.io", "events", "", "", List.of("create", "patch")));
    }
    if (flags.value(ServeFlags.WATCH_CONFIG_MAP)) {
      String space = flags.value(ServeFlags.NAMESPACE);
      rights.add(new NeededRight("", "configmaps", space, "pod-identity-webhook", WATCHING));
    }
    if (flags.has(ServeFlags.TLS_SECRET) && secret.isPresent()) {
      rights.add(new NeededRight("", "secrets", namespace, secret.get(), List.of("get", "update")));
    }
    flags
        .find(ServeFlags.WEBHOOK_CONFIGURATION)
        .map(NeededRight::configuration)
        .ifPresent(rights::add);
    return rights;
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
