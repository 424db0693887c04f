package io.webidentity.shadow;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * References of variables to others, {@code $(NAME)}, which kubelet replaces by what stands before
 * in the list.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/">Dependent
 *     environment variables</a>
 */
final class VariableReferences {
  private static final Pattern REFERENCE = Pattern.compile("\\$\\(([^)]+)\\)");

  private VariableReferences() {}

  /**
   * Whether some variable refers to one that stands before it in one order and behind it in the
   * other.
   *
   * @param env the list, whose names are unique
   * @param order names that stand in both lists, in the order of this one
   * @param otherOrder the same names in the order of the other
   */
  static boolean dependOnOrder(JsonNode env, List<String> order, List<String> otherOrder) {
    Map<String, Integer> here = positions(order);
    Map<String, Integer> there = positions(otherOrder);
    for (JsonNode variable : env) {
      String name = variable.path("name").asText();
      Matcher references = REFERENCE.matcher(variable.path("value").asText());
      while (references.find()) {
        String other = references.group(1);
        if (here.containsKey(name)
            && here.containsKey(other)
            && isBefore(here, other, name) != isBefore(there, other, name)) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean isBefore(Map<String, Integer> positions, String first, String second) {
    return positions.getOrDefault(first, -1) < positions.getOrDefault(second, -1);
  }

  private static Map<String, Integer> positions(List<String> order) {
    Map<String, Integer> positions = new HashMap<>();
    order.forEach(name -> positions.put(name, positions.size()));
    return positions;
  }
}
