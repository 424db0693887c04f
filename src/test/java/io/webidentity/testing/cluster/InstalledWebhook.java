package io.webidentity.testing.cluster;

import io.webidentity.testing.server.WebhookProcess;
import java.nio.file.Path;
import java.util.List;

/**
 * The webhook running, ready, and registered for pods of one namespace.
 *
 * @param namespace where pods reach the webhook
 * @param process the webhook
 * @param registration what makes the API server call it
 */
public record InstalledWebhook(
    String namespace, WebhookProcess process, WebhookRegistration registration)
    implements AutoCloseable {
  /**
   * Installs it with the rights of an installation and failurePolicy Fail: no miss stays unseen.
   */
  public static InstalledWebhook with(TestCluster cluster, String... flags) {
    return with(cluster, cluster.webhookKubeconfig(), flags);
  }

  /** Installs it in the same way, with a kubeconfig that may lead through a proxy. */
  public static InstalledWebhook with(TestCluster cluster, Path kubeconfig, String... flags) {
    String namespace = cluster.newNamespace();
    WebhookProcess process = new WebhookProcess(cluster, kubeconfig, List.of(flags));
    try {
      process.start();
      return new InstalledWebhook(
          namespace,
          process,
          cluster.registerWebhook(process.endpoint(), FailurePolicy.FAIL, List.of(namespace)));
    } catch (RuntimeException e) {
      process.close();
      throw e;
    }
  }

  @Override
  public void close() {
    try (process) {
      registration.close();
    }
  }
}
