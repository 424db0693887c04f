package io.webidentity.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import io.webidentity.watch.UnusableContentException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A Kubernetes object of a document; of a list, one of its items.
 *
 * @param path the members and indices that lead from the document to it
 * @param group its API group; empty for the core group, and where it does not say
 * @param kind its kind; empty where it does not say
 */
public record ManifestObject(List<String> path, JsonNode data, String group, String kind) {
  private static final String LIST = "List";

  public ManifestObject {
    path = List.copyOf(path);
  }

  /** Whether it is an object of this kind of the core group. */
  public boolean isCore(String kind) {
    return group.isEmpty() && this.kind.equals(kind);
  }

  /** The path from the document to a member of the object. */
  public List<String> below(String... members) {
    return below(path, members);
  }

  private static List<String> below(List<String> path, String... more) {
    return Stream.concat(path.stream(), Stream.of(more)).toList();
  }

  /** What a path leads to; missing where there is nothing. */
  public static JsonNode at(JsonNode data, List<String> path) {
    JsonNode found = data;
    for (String step : path) {
      found = found.isArray() ? found.path(Integer.parseInt(step)) : found.path(step);
    }
    return found;
  }

  static List<ManifestObject> of(ManifestDocument document) throws UnusableContentException {
    List<ManifestObject> found = new ArrayList<>();
    if (!document.isEmpty()) {
      collect(document, List.of(), document.data(), new Type("", ""), found);
    }
    return found;
  }

  /** What an item of a typed list is, which need not say so itself. */
  private record Type(String version, String kind) {}

  private static void collect(
      ManifestDocument document,
      List<String> path,
      JsonNode object,
      Type implied,
      List<ManifestObject> found)
      throws UnusableContentException {
    if (!object.isObject()) {
      throw document.problem(path, "a Kubernetes object was expected here; remove what is not one");
    }
    String version = object.path("apiVersion").asText(implied.version());
    String kind = object.path("kind").asText(implied.kind());
    if (!kind.endsWith(LIST) || !object.has("items")) {
      String group = version.contains("/") ? version.substring(0, version.indexOf('/')) : "";
      found.add(new ManifestObject(path, object, group, kind));
      return;
    }
    JsonNode items = object.get("items");
    if (!items.isArray() && !items.isNull()) {
      throw document.problem(
          below(path, "items"), "items is not a list; write its entries with dashes");
    }
    String itemKind = kind.substring(0, kind.length() - LIST.length());
    Type itemType = new Type(itemKind.isEmpty() ? "" : version, itemKind);
    for (int i = 0; i < items.size(); i++) {
      collect(document, below(path, "items", Integer.toString(i)), items.get(i), itemType, found);
    }
  }
}
