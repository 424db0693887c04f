package io.webidentity.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.webidentity.testing.node.Helm;
import io.webidentity.testing.node.Promql;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Alerts fire where they must, and nowhere else. Each folder of {@code src/test/resources/alerts}
 * has values for the chart, and tests of the rules that it then renders.
 */
@Tag("chart")
class AlertRulesTest {
  private static final Path FOLDER = Path.of("src", "test", "resources", "alerts");

  @TempDir private Path home;

  static List<Path> folders() throws IOException {
    return files(FOLDER, Files::isDirectory);
  }

  @ParameterizedTest
  @MethodSource("folders")
  void alerts_fire_where_they_must_alone(Path folder) throws IOException {
    // JSON is YAML.
    Files.writeString(home.resolve("rules.yaml"), rules(folder).toString());
    List<Path> copies = new ArrayList<>();
    for (Path test : tests(folder)) {
      copies.add(Files.copy(test, home.resolve(test.getFileName())));
    }

    assertThat(copies).isNotEmpty();
    assertThat(Promql.in(home).test(copies).requireSuccess().output()).isEmpty();
  }

  @Test
  void every_alert_is_seen_to_fire_and_to_be_silent() throws IOException {
    Path folder = FOLDER.resolve("defaults");
    Set<String> alerts = new TreeSet<>(rules(folder).findValuesAsText("alert"));
    List<JsonNode> looks = new ArrayList<>();
    List<JsonNode> silentTests = new ArrayList<>();
    for (Path file : tests(folder)) {
      for (JsonNode test :
          Rendering.of(Files.readString(file)).objects().getFirst().path("tests")) {
        List<JsonNode> ofTest = test.findParents("alertname");
        looks.addAll(ofTest);
        if (ofTest.stream().noneMatch(AlertRulesTest::fires)) {
          assertThat(test.path("input_series")).as(test.path("name").asText()).isNotEmpty();
          silentTests.addAll(ofTest);
        }
      }
    }

    assertThat(alerts).hasSizeGreaterThan(10);
    assertThat(names(looks.stream().filter(AlertRulesTest::fires))).isEqualTo(alerts);
    assertThat(names(silentTests.stream())).isEqualTo(alerts);
  }

  private static boolean fires(JsonNode look) {
    return !look.path("exp_alerts").isEmpty();
  }

  private static Set<String> names(Stream<JsonNode> looks) {
    return looks
        .map(look -> look.path("alertname").asText())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private JsonNode rules(Path folder) {
    String rendered =
        new ValuesCase(folder.resolve("values.yaml"))
            .render(Helm.withoutCluster(home), "web-identity");
    return Rendering.of(rendered).the("PrometheusRule").path("spec");
  }

  private static List<Path> tests(Path folder) throws IOException {
    return files(folder, file -> !file.endsWith("values.yaml"));
  }

  private static List<Path> files(Path folder, Predicate<Path> wanted) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(wanted).sorted().toList();
    }
  }
}
