package io.webidentity.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import com.github.fge.jsonpatch.JsonPatch;
import com.github.fge.jsonpatch.JsonPatchException;
import io.webidentity.testing.server.ServerProcess;
import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Starts the distribution on its embedded default, has it inject a pod as an API server would, and
 * shows the difference. Exits 0 only if the pod that came back is the one expected.
 */
public final class Demo {
  private static final ObjectMapper YAML =
      new ObjectMapper(
          new YAMLFactory()
              .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
              .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
              .enable(YAMLGenerator.Feature.INDENT_ARRAYS_WITH_INDICATOR));
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LINES_OF_CONTEXT = 100;

  private Demo() {}

  /**
   * Runs the demo.
   *
   * @param args the distribution's folder, the folder of the demo's manifests
   */
  public static void main(String[] args) throws Exception {
    System.exit(run(Path.of(args[0]), Path.of(args[1])) ? 0 : 1);
  }

  private static boolean run(Path distribution, Path manifests) throws Exception {
    Path account = manifests.resolve("service-account.yaml");
    say("a ServiceAccount with one annotation (" + account.getFileName() + "):\n");
    show(account);
    say("the webhook, without a cluster and with a certificate of its own:\n");
    JsonNode answer;
    JsonNode before = YAML.readTree(Files.readString(manifests.resolve("pod.yaml")));
    try (ServerProcess server =
        ServerProcess.start(distribution, "--service-accounts", account.toString())) {
      System.out.println("    $ " + server.commandLine() + "\n");
      server.awaitReady();
      say("ready. A pod is created, so the API server asks (POST /mutate over HTTPS):\n");
      answer = JSON.readTree(server.mutate(JSON.writeValueAsBytes(review(before))).body());
    }
    JsonNode after = patched(before, answer);
    System.out.println(diff(before, after));
    boolean right =
        after.equals(YAML.readTree(Files.readString(manifests.resolve("expected.yaml"))));
    say(
        right
            ? "that is the pod expected: every AWS SDK finds the role and the token by itself.\n"
            : "THAT IS NOT THE POD EXPECTED; see expected.yaml beside the demo's pod.\n");
    return right;
  }

  private static ObjectNode review(JsonNode pod) {
    ObjectNode review = JSON.createObjectNode();
    review.put("apiVersion", "admission.k8s.io/v1").put("kind", "AdmissionReview");
    ObjectNode request = review.putObject("request");
    request.put("uid", UUID.randomUUID().toString());
    request.putObject("kind").put("group", "").put("version", "v1").put("kind", "Pod");
    request.put("namespace", pod.path("metadata").path("namespace").asText());
    request.put("operation", "CREATE");
    request.set("object", pod);
    return review;
  }

  private static JsonNode patched(JsonNode pod, JsonNode answer)
      throws IOException, JsonPatchException {
    JsonNode patch = JSON.readTree(answer.path("response").path("patch").binaryValue());
    return JsonPatch.fromJson(patch).apply(pod);
  }

  private static String diff(JsonNode before, JsonNode after) throws IOException {
    List<String> old = YAML.writeValueAsString(before).lines().toList();
    List<String> changed = YAML.writeValueAsString(after).lines().toList();
    boolean colours = Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
    StringBuilder text = new StringBuilder();
    for (String line :
        UnifiedDiffUtils.generateUnifiedDiff(
            "pod as created",
            "pod as admitted",
            old,
            DiffUtils.diff(old, changed),
            LINES_OF_CONTEXT)) {
      text.append("    ").append(colours ? coloured(line) : line).append('\n');
    }
    return text.toString();
  }

  private static String coloured(String line) {
    if (line.startsWith("+")) {
      return "\u001b[32m" + line + "\u001b[0m";
    }
    return line.startsWith("-") ? "\u001b[31m" + line + "\u001b[0m" : line;
  }

  private static void say(String sentence) {
    System.out.println("==> demo: " + sentence);
  }

  private static void show(Path file) throws IOException {
    Files.readString(file).lines().forEach(line -> System.out.println("    " + line));
    System.out.println();
  }
}
