package io.webidentity.chart;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.VersionInfo;
import io.webidentity.testing.cluster.TestCluster;
import io.webidentity.testing.node.CustomKinds;
import io.webidentity.testing.node.Helm;
import io.webidentity.testing.node.Kubectl;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the chart renders is shown to an API server of the oldest Kubernetes that the chart takes,
 * as {@link ChartRenderingTest} shows it to one of the newest. It has cert-manager's kinds.
 */
@Tag("chart")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OldestKubernetesTest {
  private static final String MONITORING = "monitoring.coreos.com/";

  /** Where the folders for kustomize install it. */
  private static final String KUSTOMIZED = "web-identity";

  private TestCluster cluster;
  private Kubectl kubectl;
  private Helm helm;
  private DryRun dryRun;
  private String restricted;
  private String unrestricted;

  @BeforeAll
  void start(@TempDir Path files) {
    cluster = TestCluster.startOldest();
    kubectl = Kubectl.of(cluster, files);
    helm = Helm.of(cluster, files);
    dryRun = new DryRun(kubectl, files);
    restricted = ChartInstallation.restrictedNamespace(cluster);
    DryRun.warnOfPodsIn(restricted, kubectl);
    unrestricted = cluster.newNamespace();
    kubectl.run("create", "namespace", KUSTOMIZED).requireSuccess();
    CustomKinds.ofCertManager(cluster.client(), kubectl).define();
  }

  @AfterAll
  void stop() {
    cluster.close();
  }

  @Test
  void it_is_the_oldest_version_that_the_chart_takes() {
    VersionInfo version = cluster.client().getKubernetesVersion();

    assertThat(version.getMajor() + "." + version.getMinor()).isEqualTo(SupportedVersions.oldest());
    assertThat(version.getGitVersion()).startsWith("v" + SupportedVersions.oldest() + ".");
  }

  static Stream<ValuesCase> cases() {
    return ValuesCase.all().stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void the_api_server_takes_every_object(ValuesCase values) {
    String namespace = values.isForbiddenByRestricted() ? unrestricted : restricted;

    dryRun.assertTakes(Rendering.of(values.render(helm, namespace)), namespace, MONITORING);
  }

  @ParameterizedTest
  @ValueSource(strings = {"manifests", "certs"})
  void the_api_server_takes_every_object_of_kustomize(String folder) {
    String yaml =
        kubectl
            .run("kustomize", Path.of(folder).toAbsolutePath().toString())
            .requireSuccess()
            .output();

    dryRun.assertTakes(Rendering.of(yaml), KUSTOMIZED);
  }
}
