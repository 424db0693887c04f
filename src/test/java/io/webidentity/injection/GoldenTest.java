package io.webidentity.injection;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webidentity.testing.pod.GoldenCase;
import io.webidentity.testing.pod.JsonPatchLibrary;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The golden folders. {@code -Dgolden.update=true} writes what is decided now as what is expected;
 * the result is to be read against the contract before it is committed.
 */
class GoldenTest {
  private static final boolean UPDATE = Boolean.getBoolean("golden.update");

  @TestFactory
  Stream<DynamicTest> every_golden_pod_becomes_what_is_expected() {
    return GoldenCase.all().stream()
        .map(golden -> DynamicTest.dynamicTest(golden.name(), () -> check(golden)));
  }

  @TestFactory
  Stream<DynamicTest> every_golden_ephemeral_container_becomes_what_is_expected() {
    return GoldenCase.ephemeral().stream()
        .map(golden -> DynamicTest.dynamicTest(golden.name(), () -> checkEphemeral(golden)));
  }

  @Test
  void no_golden_folder_got_lost() {
    assertThat(GoldenCase.all()).hasSizeGreaterThanOrEqualTo(45);
    assertThat(GoldenCase.ephemeral()).hasSizeGreaterThanOrEqualTo(30);
  }

  private static void check(GoldenCase golden) {
    Injection injection = new Injection(golden.settings(), golden.identity());
    check(golden, pod -> injection.decide(pod.toString()));
  }

  private static void checkEphemeral(GoldenCase golden) {
    Injection injection = new Injection(golden.settings(), golden.identity());
    String stored = golden.storedPod().toString();
    check(golden, pod -> injection.decide(stored, pod.toString()));
    String result = golden.expectedPod().toString();
    assertThat(Injection.patch(injection.decide(result, result)))
        .as("an update that adds none")
        .isEmpty();
  }

  private static void check(GoldenCase golden, Function<JsonNode, Decision> decide) {
    Decision decision = decide.apply(golden.pod());
    JsonNode patch = Injection.patch(decision);
    if (UPDATE) {
      update(golden, decision, patch);
    }
    assertThat(golden.wrongFiles(decision instanceof Decision.Inject))
        .as("files that are missing or have no use")
        .isEmpty();
    assertThat(describe(decision)).isEqualTo(golden.expected());
    for (JsonPatchLibrary library : JsonPatchLibrary.values()) {
      assertThat(library.apply(patch, golden.pod()))
          .as("pod as patched by %s", library)
          .isEqualTo(golden.expectedPod());
    }
    assertThat(Injection.patch(decide.apply(golden.expectedPod())))
        .as("second injection")
        .isEmpty();
  }

  private static void update(GoldenCase golden, Decision decision, JsonNode patch) {
    golden.update(
        describe(decision),
        decision instanceof Decision.Inject
            ? Optional.of(JsonPatchLibrary.ZJSONPATCH.apply(patch, golden.pod()))
            : Optional.empty());
  }

  private static ObjectNode describe(Decision decision) {
    ObjectNode description = JsonNodeFactory.instance.objectNode();
    description.put("reason", decision.reason().code());
    ObjectNode containers = description.putObject("containers");
    containersOf(decision)
        .forEach(container -> containers.put(container.container(), container.reason().code()));
    ArrayNode findings = description.putArray("findings");
    for (Finding finding : decision.findings()) {
      findings.addObject().put("reason", finding.reason().code()).put("message", finding.message());
    }
    return description;
  }

  private static List<Decision.ContainerDecision> containersOf(Decision decision) {
    return switch (decision) {
      case Decision.Inject inject -> inject.containers();
      case Decision.Skip _, Decision.Reject _ -> List.of();
    };
  }
}
