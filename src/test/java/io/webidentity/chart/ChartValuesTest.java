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
          {"enabled": true}
          {"global": {"imagePullSecrets": ["name", {"name": "object"}], "other": [1]}}
          {"image": {"tag": 20261128}}
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
          an-end-of-dashes-----------------------------------b | an-end-of-dashes
          a-release-name-of-fifty-three-characters-which-is-max | \
          a-release-name-of-fifty-three-characters-which-is
          """)
  void names_fit_a_service(String release, String name) {
    String yaml =
        Helm.withoutCluster(home)
            .template(
                new Release("web-identity", release),
                ChartInstallation.CHART,
                ChartInstallation.SOME_IMAGE)
            .requireSuccess()
            .output();

    assertThat(Rendering.of(yaml).the("Service").at("/metadata/name").asText()).isEqualTo(name);
  }

  /** Its pods could never start: nobody publishes it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          image.repository=other                 | refused
          image.pullPolicy=Never                 | refused
          image.repository=registry.example/a/b  | registry.example/a/b:0.1.0-SNAPSHOT
          image.tag=0.1.0-SNAPSHOT               | web-identity-webhook:0.1.0-SNAPSHOT
          image.registry=registry.example        | registry.example/web-identity-webhook:0.1.0-SNAPSHOT
          global.imageRegistry=registry.example  | registry.example/web-identity-webhook:0.1.0-SNAPSHOT
          image.digest=sha256:0000000000000000000000000000000000000000000000000000000000000000 | \
          web-identity-webhook@sha256:0000000000000000000000000000000000000000000000000000000000000000
          """)
  void a_chart_of_no_release_needs_an_image(String value, String image) {
    for (Named<Function<Path, Helm>> version : VERSIONS) {
      CommandResult result =
          version
              .getPayload()
              .apply(home)
              .template(RELEASE, ChartInstallation.CHART, "--set=" + value);

      if (image.equals("refused")) {
        assertThat(result.errors())
            .as(version.getName())
            .contains(
                "image: nobody publishes 0.1.0-SNAPSHOT", "make image push", "make kind-load");
      } else {
        JsonNode deployment = Rendering.of(result.requireSuccess().output()).the("Deployment");
        assertThat(deployment.findValue("image").asText()).as(version.getName()).isEqualTo(image);
      }
    }
  }

  @Test
  void a_release_whose_name_begins_with_a_digit_needs_another_name_for_its_service() {
    for (Named<Function<Path, Helm>> version : VERSIONS) {
      CommandResult result =
          version
              .getPayload()
              .apply(home)
              .template(
                  new Release("web-identity", "1st"),
                  ChartInstallation.CHART,
                  ChartInstallation.SOME_IMAGE);

      assertThat(result.errors())
          .contains("1st-web-identity-webhook does not begin with a letter; set fullnameOverride");
    }
  }

  /** As with {@code --reuse-values}, which brings the values of an older chart. */
  @Test
  void a_value_that_is_missing_stops_no_template() throws IOException {
    Helm helm = Helm.withoutCluster(home);
    for (String name : names(values())) {
      CommandResult result =
          helm.template(
              RELEASE,
              ChartInstallation.CHART,
              ChartInstallation.SOME_IMAGE,
              "--set=" + name + "=null");

      assertThat(result.errors()).as(name).doesNotContain("nil pointer", "invalid value");
      if (result.exitCode() == 0) {
        JsonNode deployment = Rendering.of(result.output()).the("Deployment");
        assertThat(deployment.toString()).as(name).doesNotContain("<no value>", "%!");
        assertThat(deployment.findValue("image").asText()).as(name).contains(":");
      } else {
        assertThat(result.errors())
            .as(name)
            .containsAnyOf("podDisruptionBudget: set one of", "set image.registry and image.tag");
      }
    }
  }

  /** Names of values, also of those one level down, as {@code --set} takes them. */
  private static List<String> names(JsonNode values) {
    return values
        .propertyStream()
        .flatMap(value ->
            Stream.concat(
                Stream.of(value.getKey()),
                value
                    .getValue()
                    .propertyStream()
                    .map(nested -> value.getKey() + "." + nested.getKey().replace(".", "\\."))))
        .toList();
  }

  @Test
  void what_templates_need_is_the_default_of_the_value() throws IOException {
    String template = Files.readString(ChartInstallation.CHART.resolve("templates/_defaults.tpl"));
    String begin = "{{- define \"webhook.defaults\" -}}";
    String yaml = template.substring(template.indexOf(begin) + begin.length());
    JsonNode needed = yaml(yaml.substring(0, yaml.indexOf("{{- end }}")));

    assertThat(needed.isEmpty()).isFalse();
    assertAreIn(needed, values(), "");
  }

  private static void assertAreIn(JsonNode needed, JsonNode values, String path) {
    needed
        .propertyStream()
        .forEach(value -> {
          String name = path + "/" + value.getKey();
          JsonNode found = values.path(value.getKey());
          if (value.getValue().isObject()) {
            assertThat(found.isObject()).as(name).isTrue();
            assertAreIn(value.getValue(), found, name);
          } else {
            assertThat(found).as(name).isEqualTo(value.getValue());
          }
        });
  }

  private static JsonNode values() throws IOException {
    return yaml(Files.readString(ChartInstallation.CHART.resolve("values.yaml")));
  }

  private static JsonNode yaml(String text) {
    return Rendering.of(text).objects().getFirst();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {}                                                                        | true
          {"test": {"enabled": false}}                                              | false
          {"webhook": {"namespaceSelector": {"matchLabels": {"team": "a"}}}}        | false
          {"webhook": {"namespaceSelector": {"matchLabels": {"team": "a"}}}, \
           "test": {"enabled": true}}                                               | true
          {"webhook": {"namespaceSelector": {"matchExpressions": \
           [{"key": "team", "operator": "DoesNotExist"}]}}}                         | true
          {"webhook": {"namespaceSelector": {"matchExpressions": \
           [{"key": "team", "operator": "NotIn", "values": ["a"]}]}}}               | true
          {"webhook": {"namespaceSelector": {"matchExpressions": \
           [{"key": "team", "operator": "Exists"}]}}}                               | false
          {"webhook": {"namespaceSelector": {"matchLabels": \
           {"kubernetes.io/metadata.name": "web-identity"}}}}                       | true
          {"webhook": {"excludedNamespaces": ["web-identity"]}}                     | false
          {"webhook": {"objectSelector": {"matchLabels": {"aws": "on"}}}}           | true
          {"webhook": {"objectSelector": {"matchExpressions": \
           [{"key": "aws", "operator": "Exists"}]}}}                                | false
          {"webhook": {"objectSelector": {"matchExpressions": \
           [{"key": "aws", "operator": "Exists"}]}}, "test": {"labels": {"aws": "on"}}} | true
          {"webhook": {"matchConditions": [{"name": "a", "expression": "true"}]}}   | false
          {"rolePolicy": {"policy": {"enforce": "audit"}}}                          | true
          {"rolePolicy": {"policy": {"enforce": "deny"}}}                           | false
          {"rolePolicy": {"policy": {"enforce": "skip"}}}                           | false
          {"rolePolicy": {"configMap": "policy"}}                                   | false
          {"rolePolicy": {"policy": {"enforce": "deny"}}, \
           "test": {"roleArn": "arn:aws:iam::111122223333:role/test"}}              | true
          """)
  void helm_test_has_a_pod_where_it_can_pass(String values, boolean there) throws IOException {
    String yaml = render(Helm.withoutCluster(home), values).requireSuccess().output();

    assertThat(Rendering.of(yaml).all("Pod")).hasSize(there ? 1 : 0);
  }

  @Test
  void the_pod_of_helm_test_has_the_role_and_labels_that_are_given() {
    Rendering rendering = rendering("helm-test.yaml");

    assertThat(rendering.the("Pod").at("/metadata/labels/credentials").asText()).isEqualTo("yes");
    assertThat(rendering.all("ServiceAccount").toString())
        .contains("\"eks.amazonaws.com/role-arn\":\"arn:aws:iam::111122223333:role/test\"");
  }

  /** A built-in certificate is changed when a sixth of its lifetime is left. */
  @ParameterizedTest
  @CsvSource({"2160h, 604800", "2016h, 604800", "24h, 7200", "1h30m, 450", "90s, 7"})
  void the_alert_of_the_certificate_comes_after_its_renewal(String duration, long seconds)
      throws IOException {
    String values =
        "{\"certificate\": {\"duration\": \"%s\"}, \"metrics\": {\"prometheusRule\": {\"enabled\": true}}}"
            .formatted(duration);
    String yaml = render(Helm.withoutCluster(home), values).requireSuccess().output();

    assertThat(Rendering.of(yaml).the("PrometheusRule").toString())
        .contains("webidentity_certificate_expiry_timestamp_seconds")
        .contains("- time() < " + seconds + "\"");
  }

  @Test
  void images_are_pulled_with_every_secret_once_from_where_no_slash_is_doubled() {
    JsonNode pod = rendering("parent-chart.yaml").the("Deployment").at("/spec/template/spec");

    assertThat(pod.path("imagePullSecrets").findValuesAsText("name"))
        .containsExactly("of-the-parent", "plain", "of-the-chart");
    assertThat(pod.at("/containers/0/image").asText())
        .isEqualTo("registry.example/web-identity-webhook:20261128");
  }

  @Test
  void on_openshift_the_cluster_chooses_the_user() {
    Rendering rendering = rendering("openshift.yaml");

    assertThat(rendering.objects().toString())
        .contains("\"runAsNonRoot\":true")
        .doesNotContain("runAsUser", "runAsGroup", "fsGroup");
  }

  @Test
  void what_a_platform_needs_goes_to_its_object() {
    Rendering rendering = rendering("platform.yaml");

    JsonNode deployment = rendering.the("Deployment");
    assertThat(deployment.at("/metadata/annotations/owner").asText()).isEqualTo("platform");
    assertThat(deployment.at("/spec").has("replicas")).isFalse();
    assertThat(rendering.all("PodDisruptionBudget")).hasSize(1);
    JsonNode pod = deployment.at("/spec/template/spec");
    assertThat(pod.at("/hostUsers").asBoolean(true)).isFalse();
    assertThat(pod.at("/hostAliases/0/ip").asText()).isEqualTo("10.0.0.10");
    assertThat(pod.at("/dnsConfig/options/0/name").asText()).isEqualTo("ndots");
    assertThat(pod.at("/initContainers/0/name").asText()).isEqualTo("wait");
    assertThat(pod.at("/containers/1/name").asText()).isEqualTo("sidecar");
    assertThat(pod.at("/containers/0/envFrom/0/configMapRef/name").asText()).isEqualTo("proxy");
    JsonNode service = rendering.the("Service");
    assertThat(service.at("/spec/ipFamilyPolicy").asText()).isEqualTo("PreferDualStack");
    assertThat(service.at("/spec/ipFamilies/0").asText()).isEqualTo("IPv4");
    assertThat(service.at("/metadata/labels/team").asText()).isEqualTo("platform");
    assertThat(rendering.the("MutatingWebhookConfiguration").at("/metadata/labels/team").asText())
        .isEqualTo("platform");
    assertThat(rendering.the("ResourceQuota").at("/spec").toString())
        .contains("\"pods\":6", "[\"system-cluster-critical\"]");
    JsonNode monitor = rendering.the("PodMonitor");
    assertThat(monitor.at("/metadata/namespace").asText()).isEqualTo("monitoring");
    assertThat(monitor.at("/spec/namespaceSelector/matchNames/0").asText())
        .isEqualTo(RELEASE.namespace());
    assertThat(monitor.at("/spec/sampleLimit").asInt()).isEqualTo(5000);
  }

  /** Not in the file: API servers that are shown its pods have no such class. */
  @Test
  void a_runtime_class_goes_to_the_pods() throws IOException {
    String values = "{\"runtimeClassName\": \"gvisor\"}";
    String yaml = render(Helm.withoutCluster(home), values).requireSuccess().output();

    assertThat(
            Rendering.of(yaml)
                .the("Deployment")
                .at("/spec/template/spec/runtimeClassName")
                .asText())
        .isEqualTo("gvisor");
  }

  private Rendering rendering(String values) {
    return Rendering.of(
        ValuesCase.named(values).render(Helm.withoutCluster(home), RELEASE.namespace()));
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
    return helm.template(
        RELEASE, ChartInstallation.CHART, ChartInstallation.SOME_IMAGE, "--values=" + file);
  }
}
