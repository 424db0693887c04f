package io.webidentity.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.webidentity.testing.node.Helm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Prometheus finds what it is to scrape, and alerts and dashboard ask for what there is. */
@Tag("chart")
class ChartMonitoringTest {
  private static final Pattern METRIC = Pattern.compile("\\bwebidentity_[a-z_]+");
  private static final Pattern SUFFIX = Pattern.compile("_(bucket|sum|count|total|max)$");

  @TempDir private Path home;

  @Test
  void a_service_monitor_finds_the_service_and_its_port() {
    Rendering rendering = rendering("monitored-service.yaml");
    JsonNode monitor = rendering.the("ServiceMonitor");
    JsonNode service = rendering.the("Service");

    assertSelects(monitor.at("/spec/selector/matchLabels"), service.at("/metadata/labels"));
    assertThat(texts(service.at("/spec/ports"), "name"))
        .contains(monitor.at("/spec/endpoints/0/port").asText());
    assertThat(fields(monitor.at("/spec/endpoints/0")))
        .containsExactlyInAnyOrder(
            "port", "path", "interval", "scrapeTimeout", "relabelings", "metricRelabelings");
    assertThat(monitor.at("/metadata/labels/release").asText()).isEqualTo("prometheus");
  }

  @Test
  void a_pod_monitor_finds_the_pods_and_their_port() {
    Rendering rendering = rendering("monitored-pods.yaml");
    JsonNode monitor = rendering.the("PodMonitor");
    JsonNode template = rendering.the("Deployment").at("/spec/template");

    assertSelects(monitor.at("/spec/selector/matchLabels"), template.at("/metadata/labels"));
    assertThat(texts(template.at("/spec/containers/0/ports"), "name"))
        .contains(monitor.at("/spec/podMetricsEndpoints/0/port").asText());
    assertThat(fields(monitor.at("/spec/podMetricsEndpoints/0")))
        .containsExactlyInAnyOrder("port", "path");
  }

  @Test
  void alerts_can_be_left_out_and_labelled() {
    List<JsonNode> all = rules("monitored-pods.yaml");
    List<JsonNode> some = rules("monitored-service.yaml");

    assertThat(some).hasSize(all.size() - 1);
    assertThat(some)
        .allSatisfy(rule -> {
          assertThat(rule.at("/alert").asText()).isNotEqualTo("WebIdentityWatchSilent");
          assertThat(rule.at("/labels/team").asText()).isEqualTo("platform");
          assertThat(rule.at("/labels/severity").asText()).isIn("warning", "critical");
        });
  }

  @Test
  void one_alert_can_be_given_its_own_time_and_labels() {
    JsonNode differ =
        rules("monitored-service.yaml").stream()
            .filter(rule -> rule.path("alert").asText().equals("WebIdentityPodsDiffer"))
            .findFirst()
            .orElseThrow();

    assertThat(differ.path("for").asText()).isEqualTo("10m");
    assertThat(differ.at("/labels/severity").asText()).isEqualTo("critical");
    assertThat(differ.at("/labels/team").asText()).isEqualTo("platform");
  }

  @Test
  void every_alert_leads_to_its_section_of_the_documentation() throws IOException {
    String documentation = Files.readString(Path.of("docs", "troubleshoot.md"));

    assertThat(rules("monitored-pods.yaml"))
        .allSatisfy(rule ->
            assertThat(documentation).contains("\n### " + rule.path("alert").asText() + "\n"));
    assertThat(rules("monitored-service.yaml"))
        .allSatisfy(rule ->
            assertThat(rule.at("/annotations/runbook_url").asText())
                .isEqualTo(
                    "https://docs.example/troubleshoot.md#"
                        + rule.path("alert").asText().toLowerCase(Locale.ROOT)));
  }

  /** One pod in six minutes is never a rate that lasts: such an alert must not wait. */
  @Test
  void an_alert_about_single_pods_fires_at_once() {
    assertThat(rules("monitored-pods.yaml"))
        .filteredOn(rule -> rule.path("expr").asText().contains("increase("))
        .filteredOn(rule -> rule.path("expr").asText().contains("[15m]"))
        .hasSize(3)
        .noneMatch(rule -> rule.has("for"));
  }

  @Test
  void alerts_about_api_servers_are_about_the_names_of_the_configuration() {
    Rendering rendering = rendering("monitored-pods.yaml");
    List<String> names =
        rendering.the("MutatingWebhookConfiguration").path("webhooks").findValuesAsText("name");
    Pattern label = Pattern.compile("name=~\"([^\"]+)\"");
    List<String> asked =
        rules("monitored-pods.yaml").stream()
            .map(rule -> label.matcher(rule.path("expr").asText()))
            .filter(Matcher::find)
            .map(found -> found.group(1))
            .toList();

    assertThat(asked).hasSize(2);
    assertThat(names)
        .filteredOn(name -> name.endsWith(".webidentity.io"))
        .isNotEmpty()
        .allSatisfy(name -> assertThat(asked).allMatch(name::matches));
  }

  @Test
  void alerts_and_dashboard_ask_for_documented_metrics() throws IOException {
    String documented = Files.readString(Path.of("docs", "metrics.md"));
    Rendering rendering = rendering("monitored-service.yaml");
    String dashboard =
        rendering.all("ConfigMap").stream().map(JsonNode::toString).collect(Collectors.joining());

    for (String text : List.of(rules("monitored-pods.yaml").toString(), dashboard)) {
      Set<String> unknown =
          METRIC
              .matcher(text)
              .results()
              .map(found -> found.group())
              .filter(name ->
                  !documented.contains(name)
                      && !documented.contains(SUFFIX.matcher(name).replaceFirst("")))
              .collect(Collectors.toCollection(TreeSet::new));
      assertThat(METRIC.matcher(text).find()).as(text).isTrue();
      assertThat(unknown).isEmpty();
    }
  }

  private List<JsonNode> rules(String values) {
    JsonNode rules = rendering(values).the("PrometheusRule").at("/spec/groups/0/rules");
    return StreamSupport.stream(rules.spliterator(), false).toList();
  }

  private Rendering rendering(String values) {
    return Rendering.of(ValuesCase.named(values).render(Helm.withoutCluster(home), "web-identity"));
  }

  private static void assertSelects(JsonNode selector, JsonNode labels) {
    assertThat(selector.properties()).isNotEmpty().isSubsetOf(labels.properties());
  }

  private static List<String> texts(JsonNode array, String field) {
    return array.findValuesAsText(field);
  }

  private static List<String> fields(JsonNode object) {
    return object.properties().stream().map(entry -> entry.getKey()).toList();
  }
}
