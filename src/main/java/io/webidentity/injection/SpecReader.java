package io.webidentity.injection;

import io.webidentity.jsonpatch.Presence;
import java.io.IOException;
import java.util.List;

/** Reads a pod's spec. */
final class SpecReader {
  private SpecReader() {}

  static Pod.Spec read(PodJson json) throws IOException, MalformedPodException {
    if (!json.object()) {
      return Pod.Spec.NONE;
    }
    String serviceAccountName = "";
    String legacyServiceAccountName = "";
    PlacementReader placement = new PlacementReader();
    List<Pod.Container> initContainers = List.of();
    List<Pod.Container> containers = List.of();
    Presence volumesPresence = Presence.MISSING;
    List<Pod.Volume> volumes = List.of();
    for (String name = json.nextMember(); name != null; name = json.nextMember()) {
      switch (name) {
        case "serviceAccountName" -> serviceAccountName = json.text();
        case "serviceAccount" -> legacyServiceAccountName = json.text();
        case "os" -> placement.readOperatingSystem(json);
        case "nodeSelector" -> placement.readNodeSelector(json);
        case "affinity" -> placement.readAffinity(json);
        case "securityContext" -> placement.readSecurityContext(json);
        case "initContainers" -> initContainers = ContainerReader.readAll(json);
        case "containers" -> containers = ContainerReader.readAll(json);
        case "volumes" -> {
          volumesPresence = json.presence();
          volumes = VolumeReader.readAll(json);
        }
        default -> json.skip();
      }
    }
    return new Pod.Spec(
        Presence.PRESENT,
        serviceAccountName,
        legacyServiceAccountName,
        placement(placement.placement(), initContainers, containers),
        initContainers,
        containers,
        volumesPresence,
        volumes);
  }

  private static Placement placement(
      Placement ofPod, List<Pod.Container> initContainers, List<Pod.Container> containers) {
    boolean options =
        initContainers.stream().anyMatch(Pod.Container::windows)
            || containers.stream().anyMatch(Pod.Container::windows);
    return options ? ofPod.withWindowsOptions() : ofPod;
  }
}
