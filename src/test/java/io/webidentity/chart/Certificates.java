package io.webidentity.chart;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.HashSet;
import java.util.Set;

/** The built-in certificates that an installation has served, as its Secret showed them. */
final class Certificates {
  private final KubernetesClient client;
  private final String namespace;
  private final Set<String> seen = new HashSet<>();

  Certificates(KubernetesClient client, String namespace) {
    this.client = client;
    this.namespace = namespace;
  }

  /** Looks again, and says how many different ones there have been at all looks. */
  int seen() {
    Secret secret =
        client
            .secrets()
            .inNamespace(namespace)
            .withName(ChartInstallation.NAME + "-built-in-tls")
            .get();
    seen.add(secret.getData().get("tls.crt"));
    return seen.size();
  }
}
