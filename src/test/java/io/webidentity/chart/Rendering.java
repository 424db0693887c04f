package io.webidentity.chart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.yaml.snakeyaml.Yaml;

/**
 * Kubernetes objects, as a command has written them.
 *
 * @param objects in its order
 */
record Rendering(List<JsonNode> objects) {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  Rendering {
    objects = List.copyOf(objects);
  }

  /** Reads YAML documents; empty ones are left out. */
  static Rendering of(String yaml) {
    return new Rendering(
        StreamSupport.stream(new Yaml().loadAll(yaml).spliterator(), false)
            .filter(Map.class::isInstance)
            .map(document -> JSON.<JsonNode>valueToTree(document))
            .toList());
  }

  /** Objects of a kind. */
  List<JsonNode> all(String kind) {
    return objects.stream().filter(object -> kind.equals(object.at("/kind").asText())).toList();
  }

  /** The one object of a kind. */
  JsonNode the(String kind) {
    List<JsonNode> found = all(kind);
    if (found.size() != 1) {
      throw new AssertionError("not one %s but %d in %s".formatted(kind, found.size(), byName()));
    }
    return found.getFirst();
  }

  /** Objects by what tells them apart, such as {@code apps/v1 Deployment team/app}. */
  Map<String, JsonNode> byName() {
    return objects.stream()
        .collect(
            Collectors.toMap(
                Rendering::name,
                Function.identity(),
                (first, second) -> {
                  throw new AssertionError("twice: " + name(first));
                },
                TreeMap::new));
  }

  static String name(JsonNode object) {
    String namespace = object.at("/metadata/namespace").asText();
    return "%s %s %s%s"
        .formatted(
            object.at("/apiVersion").asText(),
            object.at("/kind").asText(),
            namespace.isEmpty() ? "" : namespace + "/",
            object.at("/metadata/name").asText());
  }

  /** Without labels that say that Helm has installed them, of objects and pod templates. */
  Rendering withoutLabels(Collection<String> labels) {
    return new Rendering(
        objects.stream()
            .map(object -> {
              JsonNode copy = object.deepCopy();
              copy.findParents("labels").stream()
                  .map(parent -> parent.get("labels"))
                  .filter(ObjectNode.class::isInstance)
                  .forEach(node -> ((ObjectNode) node).remove(labels));
              return copy;
            })
            .toList());
  }

  /** JSON that kubectl reads: one List of the objects. */
  static String list(List<? extends JsonNode> objects) {
    ObjectNode list = JSON.createObjectNode().put("apiVersion", "v1").put("kind", "List");
    list.putArray("items").addAll(objects);
    return list.toString();
  }
}
