package io.webidentity.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.webidentity.testing.node.CommandResult;
import io.webidentity.testing.node.Helm;
import io.webidentity.testing.node.Helm.Release;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the chart takes and what it refuses, without a cluster. */
@Tag("chart")
class ChartValuesTest {
  private static final Release RELEASE = new Release("web-identity", ChartInstallation.NAME);

  static final List<Named<Function<Path, Helm>>> VERSIONS =
      List.of(
          Named.of("Helm 4", Helm::withoutCluster),
          Named.of("Helm 3", Helm::version3WithoutCluster));

  @TempDir private Path home;

  @ParameterizedTest
  @FieldSource("VERSIONS")
  void lint_finds_nothing(Function<Path, Helm> version) {
    CommandResult result = version.apply(home).lint(ChartInstallation.CHART, "--strict");

    assertThat(result.requireSuccess().output())
        .doesNotContain("[WARNING]", "[ERROR]")
        .contains("1 chart(s) linted, 0 chart(s) failed");
  }

  @ParameterizedTest
  @CsvFileSource(resources = "/chart-refused.csv", delimiter = '|', numLinesToSkip = 1)
  void what_cannot_be_meant_is_refused_and_named(String values, String message) throws IOException {
    for (Named<Function<Path, Helm>> version : VERSIONS) {
      CommandResult result = render(version.getPayload().apply(home), values);

      assertThat(result.exitCode()).as(result.toString()).isNotZero();
      assertThat(result.errors()).as(version.getName()).contains(message);
    }
  }

  /** Next to what is refused, or easily refused by mistake. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"identity": {"tokenExpiration": 600}}
          {"replicas": 0}
          {"ports": {"webhook": 1}}
          {"ports": {"webhook": 65535}}
          {"global": {"somethingOfTheParentChart": {"deep": true}}}
          {"resources": null}
          {"startupProbe": null, "readinessProbe": null, "livenessProbe": null}
          {"podDisruptionBudget": {"minAvailable": 1, "maxUnavailable": null}}
          {"replicas": 1, "podDisruptionBudget": {"minAvailable": 1, "maxUnavailable": 1}}
          {"certificate": {"duration": "1h30m"}}
          {"metrics": {"serviceMonitor": {"enabled": true}, "podMonitor": {"enabled": false}}}
          """)
  void what_is_in_range_is_taken(String values) throws IOException {
    for (Named<Function<Path, Helm>> version : VERSIONS) {
      CommandResult result = render(version.getPayload().apply(home), values);
      Rendering rendering = Rendering.of(result.requireSuccess().output());
      assertThat(rendering.the("Deployment")).as(version.getName()).isNotNull();
    }
  }

  static Stream<ValuesCase> cases() {
    return ValuesCase.all().stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void every_rendering_is_the_same(ValuesCase values) {
    Helm helm = Helm.withoutCluster(home);
    String first = values.render(helm, RELEASE.namespace());

    assertThat(values.render(helm, RELEASE.namespace())).isEqualTo(first);
    String version3 = values.render(Helm.version3WithoutCluster(home), RELEASE.namespace());
    assertThat(Rendering.of(version3).byName()).isEqualTo(Rendering.of(first).byName());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          web-identity-webhook | web-identity-webhook
          identity             | identity-web-identity-webhook
          a.release            | a-release-web-identity-webhook
          a-release-name-of-fifty-three-characters-which-is-max | \
          a-release-name-of-fifty-three-characters-which-is
          """)
  void names_fit_a_service(String release, String name) {
    String yaml =
        Helm.withoutCluster(home)
            .template(new Release("web-identity", release), ChartInstallation.CHART)
            .requireSuccess()
            .output();

    assertThat(Rendering.of(yaml).the("Service").at("/metadata/name").asText()).isEqualTo(name);
  }

  /** The flag without the rule would do nothing; the rule without the flag would cost requests. */
  @ParameterizedTest
  @CsvSource({"true, 2", "false, 1"})
  void the_rule_for_ephemeral_containers_comes_with_its_flag(boolean wanted, int rules)
      throws IOException {
    String values = "{\"webhook\": {\"ephemeralContainers\": %s}}".formatted(wanted);
    String yaml = render(Helm.withoutCluster(home), values).requireSuccess().output();

    JsonNode webhooks = Rendering.of(yaml).the("MutatingWebhookConfiguration").path("webhooks");
    assertThat(webhooks).hasSize(2).allMatch(webhook -> webhook.path("rules").size() == rules);
    assertThat(yaml.contains("--inject-ephemeral-containers=true")).isEqualTo(wanted);
    assertThat(yaml.contains("pods/ephemeralcontainers")).isEqualTo(wanted);
  }

  @Test
  void in_shadow_mode_the_webhook_comes_first_and_never_again_and_blocks_nothing() {
    Rendering rendering =
        Rendering.of(
            ValuesCase.named("shadow.yaml").render(Helm.withoutCluster(home), RELEASE.namespace()));

    JsonNode configuration = rendering.the("MutatingWebhookConfiguration");
    String name = configuration.at("/metadata/name").asText();
    assertThat(name).isLessThan("pod-identity-webhook");
    assertThat(configuration.path("webhooks"))
        .hasSize(2)
        .allMatch(webhook -> webhook.path("failurePolicy").asText().equals("Ignore"))
        .allMatch(webhook -> webhook.path("reinvocationPolicy").asText().equals("Never"));
    assertThat(rendering.the("Deployment").toString())
        .contains("--compare-with=https://pod-identity-webhook.default.svc/mutate")
        .contains("--compare-with-ca-file=/etc/webhook/shadow/ca.crt")
        .contains("--webhook-configuration=" + name);
    assertThat(rendering.all("ClusterRole").toString()).contains("[\"" + name + "\"]");
    assertThat(rendering.all("Pod")).isEmpty();
  }

  /** Renders with values in JSON, which is YAML. */
  private CommandResult render(Helm helm, String values) throws IOException {
    Path file = Files.writeString(Files.createTempFile(home, "values", ".yaml"), values);
    return helm.template(RELEASE, ChartInstallation.CHART, "--values=" + file);
  }
}
