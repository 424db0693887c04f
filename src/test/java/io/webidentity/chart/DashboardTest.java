package io.webidentity.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.webidentity.testing.node.Promql;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The dashboard asks what Prometheus understands for what there is, and Grafana can lay it out. */
@Tag("chart")
class DashboardTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Pattern SUFFIX = Pattern.compile("_bucket$");
  private static final int GRID_WIDTH = 24;

  @TempDir private Path home;

  private final JsonNode dashboard = read();

  @Test
  void every_query_asks_for_documented_metrics_of_the_chosen_cluster_and_job() throws IOException {
    String documented = Files.readString(Path.of("docs", "metrics.md"));
    List<String> queries =
        dashboard.findValuesAsText("expr").stream()
            .map(query ->
                query
                    .replace("$__rate_interval", "5m")
                    .replace("$cluster", "the-cluster")
                    .replace("$namespace", "the-namespace")
                    .replace("$job", "the-job"))
            .toList();
    Path file = home.resolve("queries.json");
    Files.writeString(file, JSON.writeValueAsString(queries));

    JsonNode selected = JSON.readTree(Promql.in(home).selectors(file).requireSuccess().output());

    assertThat(selected).hasSize(queries.size()).noneMatch(JsonNode::isEmpty);
    assertThat(selected)
        .flatExtracting(DashboardTest::list)
        .allSatisfy(metric -> {
          String name = metric.path("__name__").asText().replaceFirst("^=", "");
          assertThat(documented).contains("`" + SUFFIX.matcher(name).replaceFirst("") + "`");
          assertThat(metric.path("cluster").asText()).isEqualTo("=~the-cluster");
          assertThat(metric.path("namespace").asText()).isEqualTo("=the-namespace");
          assertThat(metric.path("job").asText()).isEqualTo("=~the-job");
        });
  }

  /** Where no series has the label, Grafana offers no value of it, and "all" must match that. */
  @Test
  void cluster_and_job_may_be_absent() {
    List<JsonNode> variables = list(dashboard.at("/templating/list"));

    assertThat(variables)
        .extracting(variable -> variable.path("name").asText())
        .containsExactly("datasource", "cluster", "namespace", "job");
    assertThat(variables)
        .filteredOn(variable -> variable.has("allValue"))
        .hasSize(2)
        .allSatisfy(variable -> {
          assertThat(variable.path("name").asText()).isIn("cluster", "job");
          assertThat(variable.path("allValue").asText()).isEqualTo(".*");
          assertThat(variable.at("/current/value/0").asText()).isEqualTo("$__all");
        });
  }

  @Test
  void panels_lie_beside_each_other_and_say_what_they_show() {
    Set<String> cells = new HashSet<>();
    Set<Integer> numbers = new HashSet<>();

    for (JsonNode panel : dashboard.path("panels")) {
      String title = panel.path("title").asText();
      JsonNode place = panel.path("gridPos");
      int right = place.path("x").asInt() + place.path("w").asInt();
      int bottom = place.path("y").asInt() + place.path("h").asInt();
      assertThat(title).isNotEmpty();
      assertThat(numbers.add(panel.path("id").asInt())).as(title).isTrue();
      assertThat(right).as(title).isLessThanOrEqualTo(GRID_WIDTH);
      for (int x = place.path("x").asInt(); x < right; x++) {
        for (int y = place.path("y").asInt(); y < bottom; y++) {
          assertThat(cells.add(x + " " + y)).as("%s overlaps another panel", title).isTrue();
        }
      }
      if (!panel.path("type").asText().equals("row")) {
        assertThat(panel.at("/fieldConfig/defaults/unit").asText()).as(title).isNotEmpty();
        assertThat(panel.path("targets")).as(title).isNotEmpty();
      }
    }

    assertThat(cells).hasSizeGreaterThan(GRID_WIDTH);
  }

  private static List<JsonNode> list(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).toList();
  }

  private static JsonNode read() {
    try {
      return JSON.readTree(
          Files.readString(Path.of("charts", "web-identity-webhook", "dashboard.json")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
