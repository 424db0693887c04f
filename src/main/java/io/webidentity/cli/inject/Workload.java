package io.webidentity.cli.inject;

import com.fasterxml.jackson.databind.JsonNode;
import io.webidentity.manifest.ManifestDocument;
import io.webidentity.manifest.ManifestObject;
import io.webidentity.watch.UnusableContentException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * An object of a document, such as a Deployment.
 *
 * @param object the object
 * @param podPath the members that lead from the document to its pod template, or to the pod itself;
 *     empty for a pod that is the document
 * @param runsPods whether it is of a kind that runs pods
 */
public record Workload(ManifestObject object, List<String> podPath, boolean runsPods) {
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

  public Workload {
    podPath = List.copyOf(podPath);
  }

  private record Shape(List<String> groups, List<String> podPath) {}

  /** The members that lead from an object of a kind that runs pods to its pod template. */
  public static List<String> podPathOf(String kind) {
    Shape shape = SHAPES.get(kind);
    return shape == null ? List.of() : shape.podPath();
  }

  /** Its namespace; empty where it does not say. */
  public String namespace() {
    return object.data().path("metadata").path("namespace").asText("");
  }

  /** Whether it seems to make pods, though it is of no kind that is known. */
  boolean looksLikePods() {
    return PodTemplates.looksLikePods(object.data());
  }

  /** Kind and name, such as {@code deployment/web}. */
  public String title() {
    return title(object);
  }

  private static String title(ManifestObject object) {
    JsonNode metadata = object.data().path("metadata");
    String name = metadata.path("name").asText("");
    String generated = metadata.path("generateName").asText("");
    return object.kind().toLowerCase(Locale.ROOT)
        + "/"
        + (name.isEmpty() && !generated.isEmpty() ? generated + "*" : name);
  }

  /**
   * The objects of a document, those of lists one by one.
   *
   * @throws UnusableContentException if there is something else than Kubernetes objects
   */
  public static List<Workload> of(ManifestDocument document) throws UnusableContentException {
    return of(document, PodTemplates.NONE);
  }

  /**
   * The same, with pod templates of kinds that nobody knows.
   *
   * @throws UnusableContentException if there is something else than Kubernetes objects
   */
  static List<Workload> of(ManifestDocument document, PodTemplates templates)
      throws UnusableContentException {
    List<Workload> found = new ArrayList<>();
    for (ManifestObject object : document.objects()) {
      found.add(of(document, object, templates));
    }
    return found;
  }

  private static Workload of(
      ManifestDocument document, ManifestObject object, PodTemplates templates)
      throws UnusableContentException {
    if (object.kind().isEmpty()) {
      throw document.problem(object.path(), "the object has no kind; give it apiVersion and kind");
    }
    Shape shape = SHAPES.get(object.kind());
    boolean unversioned = object.data().path("apiVersion").asText("").isEmpty();
    if (shape == null || !(unversioned || shape.groups().contains(object.group()))) {
      return templates
          .find(object.data())
          .map(path -> new Workload(object, object.below(path.toArray(String[]::new)), true))
          .orElseGet(() -> new Workload(object, List.of(), false));
    }
    List<String> podPath = object.below(shape.podPath().toArray(String[]::new));
    if (!ManifestObject.at(document.data(), podPath).isObject()) {
      throw document.problem(
          podPath,
          "%s has no pod template; give it %s"
              .formatted(title(object), String.join(".", shape.podPath())));
    }
    return new Workload(object, podPath, true);
  }
}
