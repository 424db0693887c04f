package io.webidentity.testing;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** Waits for an API server that has just been started. */
final class ApiServerReadiness {
  /** Seconds on an idle machine; many times that where two cores are shared with a build. */
  private static final Duration DEADLINE = Duration.ofMinutes(3);

  private ApiServerReadiness() {}

  /**
   * Waits until {@code /readyz} says ok.
   *
   * @throws ClusterUnavailableException if the process ends before, or takes minutes
   */
  static void await(Path kubeconfig, ClusterProcess apiServer) {
    Config once =
        new ConfigBuilder(Config.fromKubeconfig(kubeconfig.toFile()))
            .withRequestRetryBackoffLimit(0)
            .build();
    try (KubernetesClient client = new KubernetesClientBuilder().withConfig(once).build()) {
      Awaitility.await("the API server is ready")
          .atMost(DEADLINE)
          .pollInterval(Duration.ofMillis(100))
          .until(() -> {
            apiServer.requireAlive();
            return ready(client);
          });
    } catch (ConditionTimeoutException e) {
      throw new ClusterUnavailableException(
          "The API server did not become ready; its last lines:\n" + apiServer.tail(), e);
    }
  }

  private static boolean ready(KubernetesClient client) {
    try {
      return "ok".equals(client.raw("/readyz"));
    } catch (KubernetesClientException _) {
      return false;
    }
  }
}
