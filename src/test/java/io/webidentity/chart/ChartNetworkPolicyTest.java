package io.webidentity.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import io.webidentity.testing.cluster.TestCluster;
import io.webidentity.testing.node.Helm;
import io.webidentity.testing.node.Helm.Release;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The NetworkPolicy that the chart makes by default, where Helm can ask an API server. */
@Tag("chart")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ChartNetworkPolicyTest {
  private static final Release RELEASE = new Release("default", ChartInstallation.NAME);

  /** One that no value names. */
  private static final int PORT = 16443;

  private TestCluster cluster;
  private Path files;

  /** API servers that others reach write this EndpointSlice; those of tests are on loopback. */
  @BeforeAll
  void start(@TempDir Path folder) {
    files = folder;
    cluster = TestCluster.startOwn(List.of());
    cluster
        .client()
        .resource(
            new EndpointSliceBuilder()
                .withNewMetadata()
                .withNamespace("default")
                .withName("kubernetes")
                .addToLabels("kubernetes.io/service-name", "kubernetes")
                .endMetadata()
                .withAddressType("IPv4")
                .addNewEndpoint()
                .withAddresses("10.0.0.10")
                .endEndpoint()
                .addNewPort()
                .withName("https")
                .withPort(PORT)
                .endPort()
                .build())
        .create();
  }

  @AfterAll
  void stop() {
    cluster.close();
  }

  @ParameterizedTest
  @FieldSource("io.webidentity.chart.ChartUpgradeTest#VERSIONS")
  void by_default_it_lets_out_to_the_ports_of_the_api_server(
      BiFunction<TestCluster, Path, Helm> version) {
    JsonNode policy =
        rendering(version.apply(cluster, files), "commonLabels.a=b").the("NetworkPolicy");

    assertThat(policy.at("/spec/egress")).hasSize(1);
    assertThat(policy.at("/spec/egress/0/ports").findValuesAsText("port"))
        .containsExactlyInAnyOrder("443", "6443", Integer.toString(PORT));
    assertThat(policy.at("/spec/ingress").findValuesAsText("port")).containsExactly("https");
  }

  @Test
  void the_notes_say_what_it_lets_through() {
    assertThat(notes("commonLabels.a=b"))
        .contains("nobody but the pod's own node may read the metrics")
        .doesNotContain("There is no NetworkPolicy");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          networkPolicy.enabled=false                           | networkPolicy.enabled is false
          hostNetwork=true                                      | hostNetwork
          podAnnotations.prometheus\\.io/scrape=yes              | networkPolicy.metricsFrom
          shadow.compareWith=https://other/mutate,shadow.configMap=ca | networkPolicy.egress
          extraEnv[0].name=HTTPS_PROXY,extraEnv[0].value=proxy  | extraEnv
          podLabels.sidecar\\.istio\\.io/inject=yes             | service mesh
          service.annotations.prometheus\\.io/scrape=yes        | networkPolicy.metricsFrom
          metrics.dashboard.enabled=true                        | networkPolicy.metricsFrom
          debuggingHandlers.enabled=true,debuggingHandlers.from=any | networkPolicy.metricsFrom
          identity.composeRoleArn.enabled=true,identity.composeRoleArn.imdsEndpoint=http://imds.internal | imdsEndpoint
          extraArgs={--kubeconfig=/other}                       | extraArgs
          """)
  void the_notes_say_why_there_is_none(String values, String reason) {
    assertThat(notes(values)).containsPattern("There is no NetworkPolicy: .*\\Q" + reason + "\\E");
    assertThat(rendering(Helm.of(cluster, files), values).all("NetworkPolicy")).isEmpty();
  }

  /** API servers of tests have no such kinds, which Helm 3 does not look at here. */
  @ParameterizedTest
  @ValueSource(strings = {"metrics.podMonitor.enabled=true", "metrics.serviceMonitor.enabled=true"})
  void it_does_not_shut_a_monitor_out(String values) {
    Helm helm = Helm.version3(cluster, files);

    assertThat(rendering(helm, values).all("NetworkPolicy")).isEmpty();
    assertThat(
            rendering(helm, values + ",networkPolicy.metricsFrom[0].podSelector.matchLabels.a=b")
                .all("NetworkPolicy"))
        .hasSize(1);
  }

  @Test
  void nobody_can_be_asked_without_a_cluster() {
    assertThat(
            Rendering.of(
                    ValuesCase.named("defaults.yaml").render(Helm.of(cluster, files), "default"))
                .all("NetworkPolicy"))
        .isEmpty();
  }

  private static Rendering rendering(Helm helm, String values) {
    return Rendering.of(
        helm.template(RELEASE, ChartInstallation.CHART, tried(values)).requireSuccess().output());
  }

  private String notes(String values) {
    return Helm.of(cluster, files)
        .install(RELEASE, ChartInstallation.CHART, tried(values))
        .requireSuccess()
        .output();
  }

  /** The API server is asked, and nothing installed. */
  private static String[] tried(String values) {
    return new String[] {ChartInstallation.SOME_IMAGE, "--dry-run=server", "--set=" + values};
  }
}
