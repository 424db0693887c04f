package io.webidentity.audit;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What pods belong to: their controller, or a pod by itself.
 *
 * @param apiVersion such as {@code apps/v1}
 * @param kind such as {@code Deployment}
 * @param name in the pods' namespace
 * @param uid its UID
 */
public record Owner(String apiVersion, String kind, String name, String uid) {
  /** Kinds that {@code kubectl rollout restart} knows. */
  private static final Set<String> RESTARTED = Set.of("Deployment", "StatefulSet", "DaemonSet");

  /** Others whose controller makes a new pod for one that is gone. */
  private static final Set<String> REPLACING = Set.of("ReplicaSet", "ReplicationController");

  /** The object whose controller made this one. */
  public static Optional<Owner> controllerOf(JsonNode object) {
    for (JsonNode owner : object.path("metadata").path("ownerReferences")) {
      if (owner.path("controller").asBoolean()) {
        return Optional.of(
            new Owner(
                owner.path("apiVersion").asText(""),
                owner.path("kind").asText(""),
                owner.path("name").asText(""),
                owner.path("uid").asText("")));
      }
    }
    return Optional.empty();
  }

  /** A pod that belongs to nobody. */
  static Owner itself(JsonNode pod) {
    JsonNode metadata = pod.path("metadata");
    return new Owner(
        "v1", "Pod", metadata.path("name").asText(""), metadata.path("uid").asText(""));
  }

  /** Whether its controller makes a new pod for one that is gone, for work that has no end. */
  boolean replaces() {
    return RESTARTED.contains(kind) || REPLACING.contains(kind);
  }

  /** Kind and name as kubectl writes them. */
  public String title() {
    return kind.toLowerCase(Locale.ROOT) + "/" + name;
  }

  /**
   * The command that replaces the pods by new ones. A bare pod has to be created again by hand.
   *
   * @param pods names of the pods, for owners that cannot be restarted
   */
  public String command(String namespace, Collection<String> pods) {
    return RESTARTED.contains(kind)
        ? "kubectl rollout restart %s -n %s".formatted(title(), namespace)
        : "kubectl delete pod %s -n %s".formatted(String.join(" ", pods), namespace);
  }

  /** What else is to be done, in the imperative; empty if nothing is. */
  public String afterwards() {
    return kind.equals("Pod") ? "then create it again: no controller does" : "";
  }
}
