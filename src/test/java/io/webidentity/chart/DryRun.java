package io.webidentity.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webidentity.testing.node.CommandResult;
import io.webidentity.testing.node.Kubectl;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Shows objects to an API server, which stores none of them: it knows every field, takes every
 * value and warns of nothing.
 *
 * @param kubectl how it is reached
 * @param files folder for the objects
 */
record DryRun(Kubectl kubectl, Path files) {
  /** Has a namespace warn of Deployments whose pods would be refused: nothing else does. */
  static void warnOfPodsIn(String namespace, Kubectl kubectl) {
    kubectl
        .run("label", "namespace", namespace, "pod-security.kubernetes.io/warn=restricted")
        .requireSuccess();
  }

  /**
   * Shows all that was rendered. Pods are created, with the default account: theirs was not stored.
   *
   * @param namespace of the pods
   * @param unknown API groups that this API server does not have, each with a slash
   */
  void assertTakes(Rendering rendering, String namespace, String... unknown) {
    List<JsonNode> known =
        rendering.objects().stream()
            .filter(object -> !isPod(object) && !isOf(object, unknown))
            .toList();

    assertThat(known).isNotEmpty();
    assertApplies(known);
    assertTaken("create --dry-run=server", pods(rendering, namespace));
  }

  /** Applies objects by server-side apply. */
  void assertApplies(List<JsonNode> objects) {
    assertTaken("apply --server-side --dry-run=server", objects);
  }

  /** Creates pods of the webhook, taken or not. */
  CommandResult createWebhookPods(Rendering rendering, String namespace) {
    return run("create --dry-run=server", webhookPods(rendering, namespace));
  }

  /** Whether an object is of one of these API groups, each with a slash. */
  static boolean isOf(JsonNode object, String... groups) {
    return Stream.of(groups).anyMatch(object.at("/apiVersion").asText()::startsWith);
  }

  private void assertTaken(String command, List<? extends JsonNode> objects) {
    CommandResult result = run(command, objects);

    assertThat(result.requireSuccess().output().lines()).hasSameSizeAs(objects);
    assertThat(result.errors()).as("warnings of the API server").isEmpty();
  }

  private CommandResult run(String command, List<? extends JsonNode> objects) {
    return kubectl.run(
        Stream.concat(Stream.of(command.split(" ")), Stream.of("-f", file(objects)))
            .toArray(String[]::new));
  }

  private String file(List<? extends JsonNode> objects) {
    try {
      return Files.writeString(
              Files.createTempFile(files, "objects", ".json"), Rendering.list(objects))
          .toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The pods that would run. */
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
}
