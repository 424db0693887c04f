package io.webidentity.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webidentity.testing.node.CertManager;
import io.webidentity.testing.node.CommandResult;
import io.webidentity.testing.node.Helm;
import io.webidentity.testing.node.Kubectl;
import io.webidentity.testing.node.TestNode;
import java.io.IOException;
import java.nio.file.Files;
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
    // Of a Deployment, whose pods would be refused, only this warns.
    kubectl
        .run("label", "namespace", restricted, "pod-security.kubernetes.io/warn=restricted")
        .requireSuccess();
    this.unrestricted = node.cluster().newNamespace();
  }

  static Stream<ValuesCase> cases() {
    return ValuesCase.all().stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void the_api_server_takes_every_object(ValuesCase values) throws IOException {
    String namespace = namespaceFor(values);
    Rendering rendering = Rendering.of(values.render(helm, namespace));
    List<JsonNode> known =
        rendering.objects().stream()
            .filter(object -> !isPod(object) && !isOf(object, CERT_MANAGER, MONITORING))
            .toList();

    assertThat(known).isNotEmpty();
    assertTaken("apply --server-side --dry-run=server", known);
    assertTaken("create --dry-run=server", pods(rendering, namespace));
  }

  @Test
  void cert_managers_kinds_are_as_it_defines_them() throws IOException {
    try (CertManager _ = CertManager.start(node)) {
      for (String name : List.of("cert-manager.yaml", "issuer.yaml")) {
        ValuesCase values = ValuesCase.named(name);
        List<JsonNode> objects =
            Rendering.of(values.render(helm, restricted)).objects().stream()
                .filter(object -> isOf(object, CERT_MANAGER))
                .toList();

        assertThat(objects).as(name).isNotEmpty();
        assertTaken("apply --server-side --dry-run=server", objects);
      }
    }
  }

  /** The node's network is what the strictest level forbids; the rest of such pods is allowed. */
  @Test
  void on_the_nodes_network_nothing_but_that_is_forbidden() throws IOException {
    Rendering rendering =
        Rendering.of(ValuesCase.named("host-network.yaml").render(helm, restricted));
    CommandResult result =
        kubectl.run("create", "--dry-run=server", "-f", file(webhookPods(rendering, restricted)));

    assertThat(result.errors())
        .contains("violates PodSecurity \"restricted:latest\": host namespaces (hostNetwork=true)")
        .doesNotContain("seccompProfile", "capabilities", "runAsNonRoot", "runAsUser");
  }

  private String namespaceFor(ValuesCase values) {
    return values.toString().equals("host-network.yaml") ? unrestricted : restricted;
  }

  private void assertTaken(String command, List<? extends JsonNode> objects) throws IOException {
    String[] arguments =
        Stream.concat(Stream.of(command.split(" ")), Stream.of("-f", file(objects)))
            .toArray(String[]::new);
    CommandResult result = kubectl.run(arguments);

    assertThat(result.requireSuccess().output().lines()).hasSameSizeAs(objects);
    assertThat(result.errors()).as("warnings of the API server").isEmpty();
  }

  private String file(List<? extends JsonNode> objects) throws IOException {
    return Files.writeString(
            Files.createTempFile(files, "objects", ".json"), Rendering.list(objects))
        .toString();
  }

  /** The pods that would run, for which the account was not stored: as the default one. */
  private static List<ObjectNode> pods(Rendering rendering, String namespace) {
    Stream<ObjectNode> ofTests =
        rendering.all("Pod").stream().map(pod -> pod(pod.at("/spec"), "test", namespace));
    return Stream.concat(webhookPods(rendering, namespace).stream(), ofTests).toList();
  }

  private static List<ObjectNode> webhookPods(Rendering rendering, String namespace) {
    JsonNode template = rendering.the("Deployment").at("/spec/template");
    return List.of(pod(template.at("/spec"), "webhook", namespace));
  }

  private static ObjectNode pod(JsonNode spec, String name, String namespace) {
    ObjectNode copy = spec.deepCopy();
    copy.remove("serviceAccountName");
    ObjectNode pod = copy.objectNode().put("apiVersion", "v1").put("kind", "Pod");
    pod.putObject("metadata").put("name", name).put("namespace", namespace);
    pod.set("spec", copy);
    return pod;
  }

  private static boolean isPod(JsonNode object) {
    return object.at("/kind").asText().equals("Pod");
  }

  private static boolean isOf(JsonNode object, String... groups) {
    return Stream.of(groups).anyMatch(object.at("/apiVersion").asText()::startsWith);
  }
}
