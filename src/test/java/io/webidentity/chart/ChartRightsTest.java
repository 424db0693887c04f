package io.webidentity.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.webidentity.testing.node.Helm;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the chart's objects may do, without a cluster: tokens, containers, the NetworkPolicy. */
@Tag("chart")
class ChartRightsTest {
  private static final String FOLDER = "/var/run/secrets/kubernetes.io/serviceaccount";

  @TempDir private Path home;

  private Helm helm;

  @BeforeEach
  void start() {
    helm = Helm.withoutCluster(home);
  }

  static Stream<ValuesCase> cases() {
    return ValuesCase.all().stream();
  }

  /** One rendering for all of it: each starts Helm. */
  @ParameterizedTest
  @MethodSource("cases")
  void nothing_may_more_than_it_needs(ValuesCase values) {
    Rendering rendering = render(values);

    assertThatOnlyTheWebhookHasToken(rendering);
    assertThatContainersAreConfined(rendering);
    assertThatNoRuleIsForEverybody(rendering);
  }

  private static void assertThatOnlyTheWebhookHasToken(Rendering rendering) {
    assertThat(rendering.all("ServiceAccount")).allMatch(ChartRightsTest::mountsNoTokenByItself);
    JsonNode webhook = rendering.the("Deployment").at("/spec/template/spec");
    assertThat(mountsNoTokenByItself(webhook)).isTrue();
    assertThat(webhook.at("/containers/0/name").asText()).isEqualTo("webhook");
    assertThat(webhook.findParents("mountPath"))
        .filteredOn(mount -> mount.path("mountPath").asText().equals(FOLDER))
        .hasSize(1);
    assertThat(webhook.at("/containers/0/volumeMounts"))
        .filteredOn(mount -> mount.path("mountPath").asText().equals(FOLDER))
        .singleElement()
        .matches(mount -> mount.path("readOnly").asBoolean());
    assertThat(rendering.all("Pod"))
        .map(pod -> pod.path("spec"))
        .allMatch(ChartRightsTest::mountsNoTokenByItself)
        .noneMatch(spec -> spec.toString().contains("serviceAccountToken"));
  }

  private static void assertThatContainersAreConfined(Rendering rendering) {
    List<JsonNode> specs = new ArrayList<>();
    specs.add(rendering.the("Deployment").at("/spec/template/spec"));
    rendering.all("Pod").forEach(pod -> specs.add(pod.path("spec")));
    for (JsonNode spec : specs) {
      assertThat(spec.path("enableServiceLinks").asBoolean(true)).isFalse();
      assertThat(spec.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
      assertThat(spec.at("/securityContext/seccompProfile/type").asText())
          .isEqualTo("RuntimeDefault");
      JsonNode container = spec.at("/containers/0/securityContext");
      assertThat(container.path("readOnlyRootFilesystem").asBoolean()).isTrue();
      assertThat(container.path("allowPrivilegeEscalation").asBoolean(true)).isFalse();
      assertThat(container.at("/capabilities/drop/0").asText()).isEqualTo("ALL");
      assertThat(spec.at("/containers/0/volumeMounts"))
          .filteredOn(mount -> !mount.path("name").asText().equals("extra"))
          .allMatch(mount -> mount.path("readOnly").asBoolean());
    }
  }

  @Test
  void by_default_the_policy_lets_in_only_the_api_server_and_out_only_to_it() {
    JsonNode policy = policy("network-policy.yaml");

    assertThat(policy.path("ingress")).extracting(ChartRightsTest::ports).containsExactly("https");
    assertThat(policy.path("egress"))
        .extracting(ChartRightsTest::ports)
        .containsExactly("443 6443");
  }

  /** Each feature that goes out has a rule of its own. */
  @ParameterizedTest
  @CsvSource({
    "network-policy-narrow.yaml, https/metrics, 6443/3128",
    "shadow.yaml, https, 443 6443/53 53/443",
    "compose-role-arn-of-instance.yaml, https, 443 6443/80",
  })
  void the_policy_has_a_rule_for_what_is_on(String values, String ingress, String egress) {
    JsonNode policy = policy(values);

    assertThat(rules(policy.path("ingress"))).isEqualTo(ingress);
    assertThat(rules(policy.path("egress"))).isEqualTo(egress);
  }

  /** Neither in on the metrics port, nor out on any port. */
  private static void assertThatNoRuleIsForEverybody(Rendering rendering) {
    for (JsonNode policy : rendering.all("NetworkPolicy")) {
      assertThat(policy.at("/spec/egress")).allMatch(rule -> rule.has("ports"));
      assertThat(policy.at("/spec/ingress"))
          .filteredOn(rule -> ports(rule).equals("metrics"))
          .allMatch(rule -> !rule.path("from").isEmpty());
    }
  }

  private JsonNode policy(String values) {
    return render(ValuesCase.named(values)).the("NetworkPolicy").path("spec");
  }

  private Rendering render(ValuesCase values) {
    return Rendering.of(values.render(helm, "web-identity"));
  }

  private static boolean mountsNoTokenByItself(JsonNode object) {
    return !object.path("automountServiceAccountToken").asBoolean(true);
  }

  private static String rules(JsonNode rules) {
    return String.join("/", elements(rules).map(ChartRightsTest::ports).toList());
  }

  private static String ports(JsonNode rule) {
    return String.join(
        " ", elements(rule.path("ports")).map(port -> port.path("port").asText()).toList());
  }

  private static Stream<JsonNode> elements(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }
}
