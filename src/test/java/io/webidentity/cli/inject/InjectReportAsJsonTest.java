package io.webidentity.cli.inject;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webidentity.cli.ProgramRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code inject -o json}: the report for programs. */
class InjectReportAsJsonTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String INPUT =
      """
      apiVersion: v1
      kind: ServiceAccount
      metadata:
        name: app
        annotations:
          eks.amazonaws.com/role-arn: "arn:aws:iam::111122223333:role/app"
          eks.amazonaws.com/token-expiration: an hour
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: web, namespace: default}
      spec:
        template:
          metadata: {annotations: {eks.amazonaws.com/skip-containers: proxy}}
          spec:
            serviceAccountName: app
            containers: [{name: web}, {name: proxy}]
      ---
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: settings}
      ---
      apiVersion: v1
      kind: List
      items:
        - {apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: [{name: web}]}}
      """;

  @Test
  void each_pod_is_an_object_of_the_documented_shape() throws IOException {
    ProgramRun run = run(INPUT, "-o", "json");
    JsonNode report = JSON.readTree(run.out());

    assertThat(run.exitCode()).isZero();
    assertThat(report).hasSize(2);
    JsonNode web = report.get(0);
    assertThat(names(web)).containsExactlyElementsOf(documentedMembers());
    assertThat(web.path("file").asText()).isEqualTo("standard input");
    assertThat(web.path("document").asInt()).isEqualTo(2);
    assertThat(web.path("object").asText()).isEqualTo("deployment/web");
    assertThat(web.path("serviceAccount").asText()).isEqualTo("app");
    assertThat(web.at("/decision/reason").asText()).isEqualTo("injected");
    assertThat(web.findValuesAsText("name")).containsExactly("web", "proxy");
    assertThat(web.at("/containers/1/reason").asText()).isEqualTo("container_skipped");
    assertThat(web.at("/warnings/0/reason").asText()).isEqualTo("token_expiration_invalid");
    assertThat(web.at("/warnings/0/subject").asText()).isEqualTo("ServiceAccount annotation");
    assertThat(web.at("/warnings/0/remedy").asText()).startsWith("write seconds");
    assertThat(web.path("settings"))
        .anyMatch(setting ->
            setting.path("key").asText().equals("eks.amazonaws.com/role-arn")
                && setting.path("origin").asText().equals("ServiceAccount annotation"));
    assertThat(report.at("/1/object").asText()).isEqualTo("pod/a");
    assertThat(report.at("/1/document").asInt()).isEqualTo(4);
    assertThat(report.at("/1/decision/reason").asText()).isEqualTo("service_account_not_found");
  }

  @Test
  void it_says_what_explain_says_of_the_same_manifests() throws IOException {
    JsonNode injected = JSON.readTree(run(INPUT, "-o", "json").out());
    JsonNode explained =
        JSON.readTree(
            ProgramRun.of(Map.of(), INPUT.getBytes(UTF_8), "explain", "-f", "-", "-o", "json")
                .out());

    injected.forEach(one -> ((ObjectNode) one).remove(List.of("file", "document")));
    assertThat(injected).hasSize(2).isEqualTo(explained);
  }

  @Test
  void standard_error_and_exit_codes_are_the_same_as_with_manifests() {
    ProgramRun usual = run(INPUT, "--strict", "-o", "yaml");
    ProgramRun json = run(INPUT, "--strict", "--output=json");

    assertThat(usual.out()).contains("kind: ConfigMap");
    assertThat(json.err()).isEqualTo(usual.err()).contains("warning: token_expiration_invalid");
    assertThat(json.exitCode()).isEqualTo(usual.exitCode()).isOne();
  }

  @Test
  void an_input_without_pods_has_an_empty_report() {
    assertThat(run(INPUT.substring(0, INPUT.indexOf("---")), "-o", "json").out())
        .isEqualTo("[ ]\n");
  }

  private static List<String> names(JsonNode object) {
    return object.properties().stream().map(Map.Entry::getKey).toList();
  }

  /** The first column of the table of docs/explain.md, as far as it is about manifests. */
  private static List<String> documentedMembers() throws IOException {
    String text = Files.readString(Path.of("docs/explain.md"));
    String table = text.substring(text.indexOf("| member |"), text.indexOf("| `running` |"));
    return Stream.concat(
            Stream.of("file", "document"),
            table
                .lines()
                .skip(2)
                .flatMap(row -> Stream.of(row.split("\\|", -1)[1].split(",", -1)))
                .map(cell -> cell.strip().replace("`", "")))
        .toList();
  }

  private static ProgramRun run(String input, String... more) {
    String[] arguments =
        Stream.concat(Stream.of("inject", "-f", "-"), Stream.of(more)).toArray(String[]::new);
    return ProgramRun.of(Map.of(), input.getBytes(UTF_8), arguments);
  }
}
