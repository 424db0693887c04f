package io.webidentity.testing.pod;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** The fields of generated pods that tell which nodes they may run on. */
final class PlacementGenerator {
  private static final String OS = "kubernetes.io/os";

  private PlacementGenerator() {}

  static void add(Choices choices, ObjectNode spec) {
    if (choices.chance(20)) {
      spec.putObject("os").put("name", choices.oneOf("linux", "windows"));
    }
    if (choices.chance(20)) {
      spec.putObject("nodeSelector")
          .put(
              choices.oneOf(OS, "beta.kubernetes.io/os", "zone"),
              choices.oneOf("linux", "windows"));
    }
    if (choices.chance(30)) {
      ArrayNode terms =
          spec.putObject("affinity")
              .putObject("nodeAffinity")
              .putObject("requiredDuringSchedulingIgnoredDuringExecution")
              .putArray("nodeSelectorTerms");
      int count = 1 + choices.below(3);
      for (int i = 0; i < count; i++) {
        term(choices, terms.addObject());
      }
    }
  }

  private static void term(Choices choices, ObjectNode term) {
    int count = choices.below(4);
    for (int i = 0; i < count; i++) {
      expression(choices, term.withArray("matchExpressions").addObject());
    }
    if (choices.chance(10)) {
      term.putArray("matchFields")
          .addObject()
          .put("key", "metadata.name")
          .put("operator", "In")
          .putArray("values")
          .add("node");
    }
  }

  private static void expression(Choices choices, ObjectNode expression) {
    expression.put("key", choices.chance(75) ? OS : "zone");
    String operator = choices.oneOf("In", "In", "In", "NotIn", "Exists", "DoesNotExist", "Gt");
    expression.put("operator", operator);
    switch (operator) {
      case "In", "NotIn" -> {
        ArrayNode values = expression.putArray("values").add("windows");
        if (choices.chance(30)) {
          values.add("linux");
        }
        if (choices.chance(20)) {
          values.set(0, "plan9");
        }
      }
      case "Gt" -> expression.putArray("values").add("1");
      default -> {}
    }
  }
}
