package io.webidentity.chart;

import static org.assertj.core.api.Assertions.assertThat;

import io.webidentity.testing.cluster.TestCluster;
import io.webidentity.testing.node.CommandResult;
import io.webidentity.testing.node.Helm;
import io.webidentity.testing.node.Helm.Release;
import io.webidentity.testing.node.Kubectl;
import io.webidentity.testing.server.TestAuthority;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Helm takes over what somebody else has written: the webhook its CA bundle, kubectl all objects.
 * docs/install.md has the flags.
 */
@Tag("chart")
class ChartTakeoverTest {
  @TempDir private Path files;
  private TestCluster cluster;

  @BeforeEach
  void start() {
    cluster = TestCluster.startOwn(List.of());
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  @Test
  void certificates_of_another_source_replace_the_bundle_that_the_webhook_wrote()
      throws IOException {
    TestAuthority authority = new TestAuthority();
    Path values =
        Files.writeString(
            files.resolve("secret.yaml"), CertificateSourcesTest.secretValues(authority));
    String[] flags = {"--reset-then-reuse-values", "--values=" + values};
    try (NodelessInstallation installed = NodelessInstallation.in(cluster, files)) {
      Release release = new Release(installed.namespace(), ChartInstallation.NAME);
      Helm helm = Helm.of(cluster, files);
      assertThat(bundle()).isNotBlank();

      CommandResult refused = helm.upgrade(release, ChartInstallation.CHART, flags);
      assertThat(refused.errors()).contains("conflict", "caBundle");

      helm.upgrade(release, ChartInstallation.CHART, flags[0], flags[1], "--force-conflicts")
          .requireSuccess();
      assertThat(bundle()).isEqualTo(authority.pem());
    }
  }

  @Test
  void what_kustomize_installed_becomes_a_release() {
    Kubectl kubectl = Kubectl.of(cluster, files);
    kubectl.run("apply", "-k", Path.of("manifests").toAbsolutePath().toString()).requireSuccess();
    Release release = new Release("web-identity", ChartInstallation.NAME);
    Helm helm = Helm.of(cluster, files);

    CommandResult refused =
        helm.install(release, ChartInstallation.CHART, ChartInstallation.SOME_IMAGE);
    assertThat(refused.errors()).contains("web-identity");

    helm.install(
            release,
            ChartInstallation.CHART,
            ChartInstallation.SOME_IMAGE,
            "--set=certificate.source=builtIn",
            "--take-ownership",
            "--force-conflicts")
        .requireSuccess();
    assertThat(ChartInstallation.deployment(cluster, release).get().getMetadata().getLabels())
        .containsEntry("app.kubernetes.io/managed-by", "Helm");
  }

  private String bundle() {
    return new String(
        Base64.getMimeDecoder()
            .decode(
                cluster
                    .client()
                    .admissionRegistration()
                    .v1()
                    .mutatingWebhookConfigurations()
                    .list()
                    .getItems()
                    .getFirst()
                    .getWebhooks()
                    .getFirst()
                    .getClientConfig()
                    .getCaBundle()),
        StandardCharsets.UTF_8);
  }
}
