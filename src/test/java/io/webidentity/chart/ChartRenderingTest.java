package io.webidentity.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.webidentity.testing.node.CertManager;
import io.webidentity.testing.node.Helm;
import io.webidentity.testing.node.Kubectl;
import io.webidentity.testing.node.TestNode;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the chart renders is shown to a real API server, without storing it: it knows every field,
 * takes every value, and finds the pods "restricted". Kinds of Prometheus Operator, which it does
 * not know, are the matter of {@link ChartMonitoringTest}.
 */
@OnRealNode
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ChartRenderingTest {
  private static final String CERT_MANAGER = "cert-manager.io/";
  private static final String MONITORING = "monitoring.coreos.com/";

  @TempDir private Path files;

  private final TestNode node;
  private final Kubectl kubectl;
  private final Helm helm;
  private final String restricted;
  private final String unrestricted;

  ChartRenderingTest(TestNode node) {
    this.node = node;
    this.kubectl = Kubectl.of(node);
    this.helm = Helm.of(node);
    this.restricted = ChartInstallation.restrictedNamespace(node.cluster());
    DryRun.warnOfPodsIn(restricted, kubectl);
    this.unrestricted = node.cluster().newNamespace();
  }

  static Stream<ValuesCase> cases() {
    return ValuesCase.all().stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void the_api_server_takes_every_object(ValuesCase values) {
    String namespace = namespaceFor(values);
    Rendering rendering = Rendering.of(values.render(helm, namespace));

    dryRun().assertTakes(rendering, namespace, CERT_MANAGER, MONITORING);
  }

  @Test
  void cert_managers_kinds_are_as_it_defines_them() {
    try (CertManager _ = CertManager.start(node)) {
      for (String name : List.of("cert-manager.yaml", "issuer.yaml")) {
        ValuesCase values = ValuesCase.named(name);
        List<JsonNode> objects =
            Rendering.of(values.render(helm, restricted)).objects().stream()
                .filter(object -> DryRun.isOf(object, CERT_MANAGER))
                .toList();

        assertThat(objects).as(name).isNotEmpty();
        dryRun().assertApplies(objects);
      }
    }
  }

  /** The node's network is what the strictest level forbids; the rest of such pods is allowed. */
  @Test
  void on_the_nodes_network_nothing_but_that_is_forbidden() {
    Rendering rendering =
        Rendering.of(ValuesCase.named("host-network.yaml").render(helm, restricted));

    assertThat(dryRun().createWebhookPods(rendering, restricted).errors())
        .contains("violates PodSecurity \"restricted:latest\": host namespaces (hostNetwork=true)")
        .doesNotContain("seccompProfile", "capabilities", "runAsNonRoot", "runAsUser");
  }

  private DryRun dryRun() {
    return new DryRun(kubectl, files);
  }

  private String namespaceFor(ValuesCase values) {
    return values.isForbiddenByRestricted() ? unrestricted : restricted;
  }
}
