package io.webidentity.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A pod as it was before it was given credentials: what is decided about it is what a new pod would
 * get. Only credentials by a volume of ours are taken away; what else the pod has is its own.
 */
final class UninjectedPod {
  private UninjectedPod() {}

  /**
   * The pod without them.
   *
   * @param volumeNames names of our volumes, without a suffix
   */
  static ObjectNode of(JsonNode pod, Set<String> volumeNames) {
    ObjectNode copy = pod.deepCopy();
    Map<String, HeldCredentials> held = HeldCredentials.of(copy);
    for (JsonNode container : HeldCredentials.containers(copy)) {
      String volume =
          held.getOrDefault(container.path("name").asText(""), HeldCredentials.NONE).volume();
      if (isOurs(volume, volumeNames)) {
        remove(container.path("env"), variable -> HeldCredentials.isVariable(name(variable)));
        remove(container.path("volumeMounts"), mount -> name(mount).equals(volume));
      }
    }
    Set<String> mounted = new HashSet<>();
    for (JsonNode container : HeldCredentials.containers(copy)) {
      container.path("volumeMounts").forEach(mount -> mounted.add(name(mount)));
    }
    remove(
        copy.path("spec").path("volumes"),
        volume ->
            isOurs(name(volume), volumeNames)
                && volume.has("projected")
                && !mounted.contains(name(volume)));
    return copy;
  }

  private static boolean isOurs(String volume, Set<String> names) {
    return names.contains(volume.replaceFirst("-[0-9]+$", "")) || names.contains(volume);
  }

  private static String name(JsonNode named) {
    return named.path("name").asText("");
  }

  private static void remove(JsonNode array, Predicate<JsonNode> unwanted) {
    if (array instanceof ArrayNode found) {
      Iterator<JsonNode> elements = found.elements();
      while (elements.hasNext()) {
        if (unwanted.test(elements.next())) {
          elements.remove();
        }
      }
    }
  }
}
