package io.webidentity.testing.pod;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * Pods that no API server accepts but a webhook has to survive: with unknown fields of any name and
 * kind, nulls anywhere that Go decodes as absent, mounts of no volume, names of any characters.
 */
public final class WildPods {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private WildPods() {}

  /** The pod of this seed; every field that is read has the right type. */
  public static ObjectNode wellTyped(long seed) {
    ObjectNode pod = PodGenerator.apiValid(seed);
    Choices choices = new Choices(~seed);
    int changes = 1 + choices.below(8);
    for (int i = 0; i < changes; i++) {
      change(choices, pod);
    }
    return pod;
  }

  /** The pod of this seed with one value, anywhere in it, replaced by any other. */
  public static JsonNode oddTyped(long seed) {
    ObjectNode pod = choosePod(seed);
    Choices choices = new Choices(seed ^ 0x5DEECE66DL);
    List<JsonNode> parents = structures(pod);
    switch (choices.oneOf(parents)) {
      case ObjectNode object when !object.isEmpty() -> {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        object.set(choices.oneOf(names), anything(choices, 2));
      }
      case ArrayNode array when !array.isEmpty() ->
          array.set(choices.below(array.size()), anything(choices, 2));
      default -> pod.set(choices.oneOf("metadata", "spec"), anything(choices, 2));
    }
    return pod;
  }

  /** Any JSON value. */
  static JsonNode anything(Choices choices, int depth) {
    return switch (choices.below(depth > 0 ? 8 : 6)) {
      case 0 -> JSON.nullNode();
      case 1 -> JSON.booleanNode(choices.chance(50));
      case 2 -> JSON.numberNode(choices.anyLong());
      case 3 -> JSON.numberNode(new BigDecimal(Double.toString(choices.anyDouble())));
      case 4 -> JSON.textNode(oddName(choices));
      case 5 -> JSON.textNode("windows");
      case 6 -> JSON.arrayNode().add(anything(choices, depth - 1));
      default -> JSON.objectNode().set(oddName(choices), anything(choices, depth - 1));
    };
  }

  private static ObjectNode choosePod(long seed) {
    return (seed & 1) == 0 ? PodGenerator.apiValid(seed) : wellTyped(seed);
  }

  private static void change(Choices choices, ObjectNode pod) {
    switch (choices.below(6)) {
      case 0, 1 -> unknownField(choices, pod);
      case 2 -> nullMember(choices, pod);
      case 3 -> nullElement(choices, pod);
      case 4 -> danglingMount(choices, pod);
      default -> oddContainerName(choices, pod);
    }
  }

  private static void unknownField(Choices choices, ObjectNode pod) {
    if (choices.oneOf(structures(pod)) instanceof ObjectNode object) {
      object.set(oddName(choices), anything(choices, 3));
    }
  }

  private static void nullMember(Choices choices, ObjectNode pod) {
    if (choices.oneOf(structures(pod)) instanceof ObjectNode object && !object.isEmpty()) {
      List<String> names = new ArrayList<>();
      object.fieldNames().forEachRemaining(names::add);
      object.putNull(choices.oneOf(names));
    }
  }

  /** Not of containers: a null there cannot be patched and is an error. */
  private static void nullElement(Choices choices, ObjectNode pod) {
    Set<JsonNode> containers = Collections.newSetFromMap(new IdentityHashMap<>());
    containers.add(pod.at("/spec/containers"));
    containers.add(pod.at("/spec/initContainers"));
    if (choices.oneOf(structures(pod)) instanceof ArrayNode array && !containers.contains(array)) {
      array.insert(choices.below(array.size() + 1), NullNode.getInstance());
    }
  }

  private static void danglingMount(Choices choices, ObjectNode pod) {
    if (pod.at("/spec/containers/0") instanceof ObjectNode container
        && container.path("volumeMounts") instanceof ArrayNode mounts) {
      mounts
          .addObject()
          .put("name", PodGenerator.TOKEN_VOLUME + choices.oneOf("", "-2", "-3", "-x"))
          .put("mountPath", choices.oneOf("", "/tokens", PodGenerator.MOUNT_PATH + "//."));
    }
  }

  private static void oddContainerName(Choices choices, ObjectNode pod) {
    if (pod.at("/spec/containers/0") instanceof ObjectNode container) {
      container.put("name", oddName(choices));
    }
  }

  /** Never the name of a field that is read. */
  private static String oddName(Choices choices) {
    String name =
        choices.oneOf(
            "~", "/", "~1", "a/b~c", "-", "0", "", "ключ", "😀", "\u0000\n", "Env", "NAME");
    return choices.chance(50) ? name : name + choices.below(100);
  }

  /** All objects and arrays of a pod, itself included. */
  private static List<JsonNode> structures(JsonNode node) {
    List<JsonNode> found = new ArrayList<>();
    collect(node, found);
    return found;
  }

  private static void collect(JsonNode node, List<JsonNode> found) {
    if (node.isContainerNode()) {
      found.add(node);
      node.forEach(child -> collect(child, found));
    }
  }
}
