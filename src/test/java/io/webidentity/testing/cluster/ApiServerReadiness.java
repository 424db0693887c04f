package io.webidentity.testing.cluster;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
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
   * @param kubeconfig an administrator's
   * @param requireAlive throws {@link ClusterUnavailableException} if the API server has ended
   * @param log the end of the API server's output
   * @throws ClusterUnavailableException if it ends before, or takes minutes
   */
  static void await(Path kubeconfig, Runnable requireAlive, Supplier<String> log) {
    Config once =
        new ConfigBuilder(Config.fromKubeconfig(kubeconfig.toFile()))
            .withRequestRetryBackoffLimit(0)
            .build();
    AtomicReference<String> answer = new AtomicReference<>("");
    try (KubernetesClient client = new KubernetesClientBuilder().withConfig(once).build()) {
      Awaitility.await("the API server is ready")
          .atMost(DEADLINE)
          .pollInterval(Duration.ofMillis(100))
          .until(() -> {
            requireAlive.run();
            answer.set(readiness(client));
            return "ok".equals(answer.get());
          });
    } catch (ConditionTimeoutException e) {
      throw new ClusterUnavailableException(
          "The API server did not become ready. Its last answer: %s. The end of its output: %s"
              .formatted(answer, log.get()),
          e);
    }
  }

  private static String readiness(KubernetesClient client) {
    try {
      return client.raw("/readyz");
    } catch (KubernetesClientException e) {
      return String.valueOf(e.getMessage());
    }
  }
}
