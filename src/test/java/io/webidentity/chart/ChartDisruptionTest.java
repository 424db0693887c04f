package io.webidentity.chart;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.webidentity.chart.PodStream.Counts;
import io.webidentity.testing.cluster.TestCluster;
import io.webidentity.testing.node.Helm;
import io.webidentity.testing.node.TestNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * The webhook is disrupted while 50 pods a second are created. Where no gap is promised the figures
 * are printed; docs/operate.md has them.
 */
@OnRealNode
class ChartDisruptionTest {
  private static final Duration DEADLINE = Duration.ofMinutes(3);
  private static final int PODS_BETWEEN = 250;

  private final TestNode node;
  private final TestCluster cluster;
  private final KubernetesClient client;
  private final Helm helm;

  ChartDisruptionTest(TestNode node) {
    this.node = node;
    this.cluster = node.cluster();
    this.client = cluster.client();
    this.helm = Helm.of(node);
  }

  @Test
  void built_in_certificates_are_renewed_without_a_gap() throws Exception {
    try (ChartInstallation webhook =
        ChartInstallation.of(
            node,
            helm,
            "--set=certificate.source=builtIn,certificate.duration=30s",
            "--set=webhook.failurePolicy=Fail")) {
      PodStream stream = new PodStream(client, webhook.newAccount());
      Certificates certificates = new Certificates(client, webhook.namespace());
      Awaitility.await("three renewals")
          .atMost(DEADLINE)
          .pollInterval(Duration.ofMillis(200))
          .until(() -> certificates.seen() > 3);
      Awaitility.await("a minute of pods").atMost(DEADLINE).until(() -> stream.ended() > 3_000);
      Counts counts = stream.stop();

      System.out.printf("built-in renewals (%d certificates): %s%n", certificates.seen(), counts);
      assertThat(counts.missed()).isZero();
      assertThat(counts.rejected()).as(counts.toString()).isZero();
    }
  }

  @Test
  void a_rolling_restart_and_an_upgrade_leave_no_pod_without_credentials() {
    try (ChartInstallation webhook =
        ChartInstallation.of(node, helm, "--set=certificate.source=builtIn")) {
      PodStream stream = new PodStream(client, webhook.newAccount());
      awaitMore(stream);
      webhook.deployment().rolling().restart();
      webhook.awaitRolledOut();
      awaitMore(stream);
      webhook.upgrade("--reuse-values", "--set=identity.tokenExpiration=3600").requireSuccess();
      webhook.awaitRolledOut();
      awaitMore(stream);
      Counts counts = stream.stop();

      System.out.println("rolling restart and upgrade, failurePolicy Ignore: " + counts);
      assertThat(counts.missed()).isZero();
      assertThat(counts.rejected()).as(counts.toString()).isZero();
    }
  }

  /** Until kubelet has noticed, the API server goes on asking it: pods may be missed. */
  @Test
  void a_replica_killed_without_warning_comes_back() throws IOException {
    try (ChartInstallation webhook =
        ChartInstallation.of(node, helm, "--set=certificate.source=builtIn")) {
      PodStream stream = new PodStream(client, webhook.newAccount());
      awaitMore(stream);
      Pod killed = webhook.replicas().getFirst();
      processOf(killed).destroyForcibly();
      Awaitility.await("kubelet starts it again")
          .atMost(DEADLINE)
          .until(() -> restarts(client.resource(killed).get()) > restarts(killed));
      webhook.awaitRolledOut();
      awaitMore(stream);
      Counts counts = stream.stop();

      System.out.println("a replica killed without warning, failurePolicy Ignore: " + counts);
      assertThat(counts.injected()).isGreaterThan(counts.missed());
      assertThat(counts.rejected()).as(counts.toString()).isZero();
      assertThat(webhook.isInjected(webhook.newAccount())).isTrue();
    }
  }

  /** The webhook's process, which this machine sees among its own. */
  private static ProcessHandle processOf(Pod pod) throws IOException {
    List<ProcessHandle> found = new ArrayList<>();
    for (ProcessHandle process : ProcessHandle.allProcesses().toList()) {
      Path cgroup = Path.of("/proc", String.valueOf(process.pid()), "cgroup");
      boolean java = process.info().command().orElse("").endsWith("/bin/java");
      if (java && Files.readString(cgroup).contains(pod.getMetadata().getUid())) {
        found.add(process);
      }
    }
    assertThat(found).as("processes of " + pod.getMetadata().getName()).hasSize(1);
    return found.getFirst();
  }

  private static int restarts(Pod pod) {
    return pod.getStatus().getContainerStatuses().getFirst().getRestartCount();
  }

  @Test
  void all_replicas_deleted_at_once_come_back() {
    try (ChartInstallation webhook =
        ChartInstallation.of(
            node, helm, "--set=certificate.source=builtIn", "--set=webhook.failurePolicy=Fail")) {
      PodStream stream = new PodStream(client, webhook.newAccount());
      awaitMore(stream);
      webhook.replicas().forEach(pod -> client.resource(pod).withGracePeriod(0).delete());
      webhook.awaitRolledOut();
      awaitMore(stream);
      Counts counts = stream.stop();

      System.out.println("all replicas deleted at once, failurePolicy Fail: " + counts);
      assertThat(counts.missed()).isZero();
    }
  }

  @Test
  void after_a_restart_of_the_api_server_pods_are_injected_at_once() {
    try (ChartInstallation webhook =
        ChartInstallation.of(
            node, helm, "--set=certificate.source=builtIn", "--set=webhook.failurePolicy=Fail")) {
      cluster.stopApiServer();
      cluster.startApiServer();
      PodStream stream = new PodStream(client, webhook.newAccount());
      awaitMore(stream);
      Counts counts = stream.stop();

      System.out.println("API server restarted, failurePolicy Fail: " + counts);
      assertThat(counts.missed()).isZero();
    }
  }

  private static void awaitMore(PodStream stream) {
    int before = stream.ended();
    Awaitility.await("more pods")
        .atMost(DEADLINE)
        .until(() -> stream.ended() >= before + PODS_BETWEEN);
  }
}
