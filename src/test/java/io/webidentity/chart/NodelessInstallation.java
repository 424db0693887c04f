package io.webidentity.chart;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.webidentity.account.AccountKey;
import io.webidentity.testing.cluster.TestCluster;
import io.webidentity.testing.cluster.WebhookEndpoint;
import io.webidentity.testing.node.Helm;
import io.webidentity.testing.node.Helm.Release;
import io.webidentity.testing.server.LoopbackPorts;
import io.webidentity.testing.server.WebhookProcess;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The chart, installed by Helm with built-in certificates and failurePolicy Fail where no node runs
 * its pods. In their place the program runs on this machine, with the arguments and the rights that
 * the chart gives them; the Service leads there.
 *
 * @param cluster whose API server reaches this machine's loopback addresses
 * @param namespace of the installation
 * @param process instead of the pods
 */
record NodelessInstallation(TestCluster cluster, String namespace, WebhookProcess process)
    implements AutoCloseable {

  /** Installs it, and waits until the program is ready. */
  static NodelessInstallation in(TestCluster cluster, Path files) {
    Release release =
        new Release(ChartInstallation.restrictedNamespace(cluster), ChartInstallation.NAME);
    int port = LoopbackPorts.free();
    int metricsPort = LoopbackPorts.free();
    Helm.of(cluster, files)
        .install(
            release,
            ChartInstallation.CHART,
            ChartInstallation.SOME_IMAGE,
            "--set=certificate.source=builtIn",
            "--set=webhook.failurePolicy=Fail",
            "--set=events.enabled=true",
            "--set=audit.interval=1m",
            "--set=audit.evictionsPerMinute=60",
            "--set=service.port=" + port,
            "--set=ports.webhook=" + port,
            "--set=ports.metrics=" + metricsPort)
        .requireSuccess();
    leadHere(cluster, release);
    WebhookEndpoint endpoint =
        new WebhookEndpoint(URI.create("https://localhost:" + port + "/mutate"), "");
    NodelessInstallation installed =
        new NodelessInstallation(
            cluster,
            release.namespace(),
            WebhookProcess.withArguments(endpoint, metricsPort, arguments(cluster, release)));
    try {
      installed.process.start();
      return installed;
    } catch (RuntimeException e) {
      installed.close();
      throw e;
    }
  }

  /** The API server goes where the name leads, and asks for the certificate of the Service. */
  private static void leadHere(TestCluster cluster, Release release) {
    cluster
        .client()
        .services()
        .inNamespace(release.namespace())
        .withName(release.name())
        .edit(service ->
            service
                .edit()
                .editSpec()
                .withType("ExternalName")
                .withExternalName("localhost")
                .endSpec()
                .build());
  }

  private static List<String> arguments(TestCluster cluster, Release release) {
    PodSpec pod =
        ChartInstallation.deployment(cluster, release).get().getSpec().getTemplate().getSpec();
    Path kubeconfig =
        cluster.kubeconfigFor(new AccountKey(release.namespace(), pod.getServiceAccountName()));
    return Stream.concat(
            pod.getContainers().getFirst().getArgs().stream(),
            Stream.of("--kubeconfig=" + kubeconfig))
        .toList();
  }

  /** The pods that no node runs. */
  List<Pod> pods() {
    return cluster
        .client()
        .pods()
        .inNamespace(namespace)
        .withLabel("app.kubernetes.io/component", "webhook")
        .list()
        .getItems();
  }

  @Override
  public void close() {
    process.close();
  }
}
