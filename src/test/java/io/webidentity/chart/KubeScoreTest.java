package io.webidentity.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.webidentity.testing.cluster.ClusterBinaries;
import io.webidentity.testing.node.Helm;
import io.webidentity.testing.node.Helm.Release;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * kube-score finds nothing in what the chart renders, except what {@code kube-score.csv} explains;
 * and nothing is explained that it does not find.
 */
@Tag("chart")
class KubeScoreTest {
  private static final Path EXPLAINED = Path.of("src", "test", "resources", "kube-score.csv");
  private static final int ALL_RIGHT = 10;

  @TempDir private Path home;

  @Test
  void every_finding_is_explained() throws IOException, InterruptedException {
    String yaml =
        Helm.withoutCluster(home)
            .template(
                new Release("web-identity", ChartInstallation.NAME),
                ChartInstallation.CHART,
                ChartInstallation.SOME_IMAGE,
                "--set=networkPolicy.enabled=true")
            .requireSuccess()
            .output();
    List<String> explained =
        Files.readAllLines(EXPLAINED).stream()
            .skip(1)
            .map(line -> line.substring(0, line.lastIndexOf('|')))
            .toList();

    assertThat(findings(yaml)).containsExactlyInAnyOrderElementsOf(explained);
  }

  /** Each as {@code check|object}. */
  private List<String> findings(String yaml) throws IOException, InterruptedException {
    Path output = home.resolve("findings.json");
    Process process =
        new ProcessBuilder(
                ClusterBinaries.buildForChart().program("kube-score").toString(),
                "score",
                "--output-format=json",
                Files.writeString(home.resolve("objects.yaml"), yaml).toString())
            .redirectOutput(output.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    process.waitFor();
    JsonNode objects = JsonMapper.builder().build().readTree(output.toFile());
    assertThat(objects).hasSizeGreaterThan(3);
    List<String> found = new ArrayList<>();
    for (JsonNode object : objects) {
      for (JsonNode check : object.path("checks")) {
        if (!check.path("skipped").asBoolean() && check.path("grade").asInt() < ALL_RIGHT) {
          found.add(check.at("/check/id").asText() + "|" + object.path("object_name").asText());
        }
      }
    }
    return found;
  }
}
