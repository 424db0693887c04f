package io.webidentity.injection;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads which object's controller made a pod. */
final class OwnerReader {
  private OwnerReader() {}

  /**
   * The owner that controls the pod; null where none does. Of several the last one counts, but API
   * servers take one at the most.
   */
  static Pod.@Nullable Owner controller(PodJson json) throws IOException, MalformedPodException {
    Pod.Owner controller = null;
    if (json.array()) {
      while (json.nextElement()) {
        Pod.Owner owner = json.object() ? ownerIfController(json) : null;
        controller = owner == null ? controller : owner;
      }
    }
    return controller;
  }

  private static Pod.@Nullable Owner ownerIfController(PodJson json)
      throws IOException, MalformedPodException {
    String apiVersion = "";
    String kind = "";
    String owner = "";
    String uid = "";
    boolean controls = false;
    for (String name = json.nextMember(); name != null; name = json.nextMember()) {
      switch (name) {
        case "apiVersion" -> apiVersion = json.text();
        case "kind" -> kind = json.text();
        case "name" -> owner = json.text();
        case "uid" -> uid = json.text();
        case "controller" -> controls = json.bool();
        default -> json.skip();
      }
    }
    return controls ? new Pod.Owner(apiVersion, kind, owner, uid) : null;
  }
}
