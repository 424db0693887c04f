package io.webidentity.cli.inject;

import com.fasterxml.jackson.databind.JsonNode;
import io.webidentity.manifest.ManifestDocument;
import io.webidentity.manifest.ManifestException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * An object of a document, such as a Deployment.
 *
 * @param title kind and name, such as {@code deployment/web}
 * @param namespace its namespace; empty where it does not say
 * @param kind what it is
 * @param path the members that lead from the document to it
 * @param podPath the members that lead from the document to its pod template, or to the pod itself;
 *     null if it has none
 */
record Workload(
    String title, String namespace, String kind, List<String> path, List<String> podPath) {
  /** API groups and where their pods are; an empty path is the object itself. */
  private static final Map<String, Shape> SHAPES =
      Map.of(
          "Pod", new Shape(List.of(""), List.of()),
          "PodTemplate", new Shape(List.of(""), List.of("template")),
          "ReplicationController", new Shape(List.of(""), List.of("spec", "template")),
          "Deployment", new Shape(List.of("apps", "extensions"), List.of("spec", "template")),
          "StatefulSet", new Shape(List.of("apps"), List.of("spec", "template")),
          "DaemonSet", new Shape(List.of("apps", "extensions"), List.of("spec", "template")),
          "ReplicaSet", new Shape(List.of("apps", "extensions"), List.of("spec", "template")),
          "Job", new Shape(List.of("batch"), List.of("spec", "template")),
          "CronJob",
              new Shape(List.of("batch"), List.of("spec", "jobTemplate", "spec", "template")));

  /** What {@code inject} reads itself, of the core group. */
  private static final String ACCOUNT = "ServiceAccount";

  private static final String NAMESPACE = "Namespace";

  Workload {
    path = List.copyOf(path);
    podPath = List.copyOf(podPath);
  }

  private record Shape(List<String> groups, List<String> podPath) {}

  /** Whether it is a ServiceAccount. */
  boolean isServiceAccount() {
    return kind.equals(ACCOUNT);
  }

  /** Whether it is a Namespace. */
  boolean isNamespace() {
    return kind.equals(NAMESPACE);
  }

  /** What a path leads to; missing where there is nothing. */
  static JsonNode at(JsonNode data, List<String> path) {
    JsonNode found = data;
    for (String step : path) {
      found = found.isArray() ? found.path(Integer.parseInt(step)) : found.path(step);
    }
    return found;
  }

  /** Whether it runs pods. */
  boolean runsPods() {
    return SHAPES.containsKey(kind);
  }

  /**
   * The objects of a document, those of lists one by one.
   *
   * @throws ManifestException if there is something else than Kubernetes objects
   */
  static List<Workload> of(ManifestDocument document) throws ManifestException {
    List<Workload> found = new ArrayList<>();
    JsonNode data = document.data();
    if (!data.isMissingNode() && !data.isNull()) {
      collect(document, data, List.of(), "", found);
    }
    return found;
  }

  private static void collect(
      ManifestDocument document,
      JsonNode object,
      List<String> path,
      String impliedKind,
      List<Workload> found)
      throws ManifestException {
    if (!object.isObject()) {
      throw document.problem(path, "a Kubernetes object was expected here; remove what is not one");
    }
    String kind = object.path("kind").asText(impliedKind);
    if (kind.isEmpty()) {
      throw document.problem(path, "the object has no kind; give it apiVersion and kind");
    }
    if (kind.endsWith("List") && object.has("items")) {
      String itemKind = kind.substring(0, kind.length() - "List".length());
      JsonNode items = object.get("items");
      if (!items.isArray() && !items.isNull()) {
        throw document.problem(join(path, "items"), "items has to be a list");
      }
      for (int i = 0; i < items.size(); i++) {
        collect(document, items.get(i), join(path, "items", Integer.toString(i)), itemKind, found);
      }
      return;
    }
    found.add(workload(document, object, path, kind));
  }

  private static Workload workload(
      ManifestDocument document, JsonNode object, List<String> path, String kind)
      throws ManifestException {
    String version = object.path("apiVersion").asText("");
    String group = version.contains("/") ? version.substring(0, version.indexOf('/')) : "";
    JsonNode metadata = object.path("metadata");
    String title = kind.toLowerCase(Locale.ROOT) + "/" + name(metadata);
    String namespace = metadata.path("namespace").asText("");
    Shape shape = SHAPES.get(kind);
    boolean known = shape != null && (version.isEmpty() || shape.groups().contains(group));
    if (shape == null || !known) {
      boolean read = group.isEmpty() && (kind.equals(ACCOUNT) || kind.equals(NAMESPACE));
      return new Workload(title, namespace, read ? kind : "", path, List.of());
    }
    List<String> podPath = join(path, shape.podPath().toArray(String[]::new));
    if (!at(document.data(), podPath).isObject()) {
      throw document.problem(
          podPath,
          "%s has no pod template; give it %s".formatted(title, String.join(".", shape.podPath())));
    }
    return new Workload(title, namespace, kind, path, podPath);
  }

  private static String name(JsonNode metadata) {
    String name = metadata.path("name").asText("");
    String generated = metadata.path("generateName").asText("");
    return name.isEmpty() && !generated.isEmpty() ? generated + "*" : name;
  }

  private static List<String> join(List<String> path, String... more) {
    return Stream.concat(path.stream(), Stream.of(more)).toList();
  }
}
