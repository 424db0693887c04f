package io.webidentity.release;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

/** Rules of the workflows that actionlint does not know. */
final class WorkflowsTest {
  private static final Path FOLDER = Path.of(".github/workflows");

  @ParameterizedTest
  @ValueSource(strings = {"ci.yml", "release.yml"})
  void actions_are_pinned_by_commit_with_their_version_beside(String file) throws IOException {
    List<String> actions =
        Files.readAllLines(FOLDER.resolve(file)).stream()
            .map(String::strip)
            .map(line -> line.replaceFirst("^- ", ""))
            .filter(line -> line.startsWith("uses:"))
            .toList();

    assertThat(actions)
        .isNotEmpty()
        .allMatch(line -> line.matches("uses: \\S+@[0-9a-f]{40} # v\\d+\\.\\d+\\.\\d+"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ci.yml", "release.yml"})
  void jobs_have_the_rights_that_they_name_and_an_end(String file) throws IOException {
    JsonNode workflow = read(file);

    assertThat(workflow.path("permissions").isObject()).isTrue();
    assertThat(workflow.path("permissions")).isEmpty();
    assertThat(workflow.has("concurrency")).isTrue();
    assertThat(workflow.path("jobs")).isNotEmpty();
    assertThat(workflow.path("jobs"))
        .allMatch(job -> job.has("permissions") && job.has("timeout-minutes"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ci.yml", "release.yml"})
  void a_checkout_leaves_no_token_behind(String file) throws IOException {
    String text = Files.readString(FOLDER.resolve(file)).replaceAll("\\s+", " ");
    String checkout = "uses: actions/checkout@[0-9a-f]{40} # v[0-9.]+ ";

    assertThat(text.split(checkout).length).isGreaterThan(1);
    assertThat(text.split(checkout + "with: persist-credentials: false"))
        .hasSameSizeAs(text.split(checkout));
  }

  @Test
  void the_workflow_runs_the_parts_of_ci_run() throws IOException {
    String ours = Files.readString(Path.of(".ci/run"));
    Set<String> parts = words(ours.substring(ours.indexOf("exec make ") + "exec make ".length()));
    Set<String> theirs = new TreeSet<>();
    for (JsonNode row : read("ci.yml").at("/jobs/part/strategy/matrix/include")) {
      theirs.addAll(words(row.path("tasks").asText()));
    }

    assertThat(theirs).isEqualTo(parts);
  }

  private static Set<String> words(String text) {
    return new TreeSet<>(List.of(text.strip().split(" ")));
  }

  private static JsonNode read(String file) throws IOException {
    Object yaml = new Yaml().load(Files.readString(FOLDER.resolve(file)));
    return JsonMapper.builder().build().valueToTree(yaml);
  }
}
