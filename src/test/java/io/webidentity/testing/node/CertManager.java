package io.webidentity.testing.node;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.webidentity.testing.cluster.ClusterBinaries;
import io.webidentity.testing.cluster.ClusterProcess;
import io.webidentity.testing.cluster.ClusterUnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * cert-manager in a node's cluster: its kinds, and as one process in the node's network its
 * controllers and its CA injector. Issuers are selfSigned or CA. Without its validating webhook, so
 * that what that would refuse is taken. A cluster has one at a time. Closing takes all of it out of
 * the cluster, Issuers and Certificates included; Secrets that were made for them stay.
 */
public final class CertManager implements AutoCloseable {
  private static final Duration DEADLINE = Duration.ofMinutes(2);

  private final KubernetesClient client;
  private final CustomKinds kinds;
  private final String namespace;
  private final ClusterProcess process;

  private CertManager(
      KubernetesClient client, CustomKinds kinds, String namespace, ClusterProcess process) {
    this.client = client;
    this.kinds = kinds;
    this.namespace = namespace;
    this.process = process;
  }

  /**
   * Builds it if need be, starts it, and waits until an Issuer has become ready.
   *
   * @throws ClusterUnavailableException if it cannot be built or does not become ready
   */
  public static CertManager start(TestNode node) {
    ClusterBinaries binaries = ClusterBinaries.buildForChart();
    CustomKinds kinds = CustomKinds.ofCertManager(node.cluster().client(), Kubectl.of(node));
    // First: what is not served yet, the controllers would look at again only after a while.
    kinds.define();
    String namespace = node.cluster().newNamespace();
    ClusterProcess process =
        node.start(
            binaries.program("cert-manager"),
            List.of(
                "--kubeconfig=" + node.cluster().kubeconfig(),
                "--cluster-resource-namespace=" + namespace,
                "-v=2"),
            Map.of());
    CertManager started = new CertManager(node.cluster().client(), kinds, namespace, process);
    try {
      started.awaitFirstIssuer();
      return started;
    } catch (RuntimeException e) {
      started.close();
      throw e;
    }
  }

  private void awaitFirstIssuer() {
    awaitReady(
        client
            .resource(
                """
                apiVersion: cert-manager.io/v1
                kind: Issuer
                metadata: {name: first}
                spec: {selfSigned: {}}
                """)
            .inNamespace(namespace)
            .create());
  }

  /** Where the Secrets lie that ClusterIssuers name. */
  public String clusterResourceNamespace() {
    return namespace;
  }

  /**
   * Waits until an Issuer, ClusterIssuer or Certificate that exists says that it is ready.
   *
   * @throws ClusterUnavailableException if it does not; with its status, and the end of
   *     cert-manager's log
   */
  public void awaitReady(HasMetadata object) {
    try {
      Awaitility.await("%s %s is ready".formatted(object.getKind(), object.getMetadata().getName()))
          .atMost(DEADLINE)
          .pollInterval(Duration.ofMillis(100))
          .until(() -> {
            process.requireAlive();
            return client.resource(object).get() instanceof GenericKubernetesResource found
                && ready(found);
          });
    } catch (ConditionTimeoutException e) {
      throw new ClusterUnavailableException(
          "%s%n%s%n%s".formatted(e.getMessage(), client.resource(object).get(), process.tail()), e);
    }
  }

  private static boolean ready(GenericKubernetesResource object) {
    return object.get("status", "conditions") instanceof List<?> all
        && all.stream()
            .map(condition -> (Map<?, ?>) condition)
            .anyMatch(condition ->
                "Ready".equals(condition.get("type")) && "True".equals(condition.get("status")));
  }

  /** Waits until nothing in the cluster shows that it was there. */
  @Override
  public void close() {
    process.kill();
    kinds.remove();
  }
}
