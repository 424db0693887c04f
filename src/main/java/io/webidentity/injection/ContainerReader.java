package io.webidentity.injection;

import io.webidentity.jsonpatch.Presence;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Reads containers, init containers, and what ephemeral containers have in common with them. */
final class ContainerReader {
  /**
   * A container with its lists, what is decided about it, the operations that do it and a finding
   * of 256 characters.
   */
  static final int CONTAINER_BYTES = 1024;

  private static final int MOUNT_BYTES = 64;

  private String containerName = "";
  private final EnvReader env = new EnvReader();
  private Presence mountsPresence = Presence.MISSING;
  private List<Pod.Mount> mounts = List.of();
  private List<Pod.Mount> devices = List.of();
  private boolean windows;

  static List<Pod.Container> readAll(PodJson json) throws IOException, MalformedPodException {
    if (!json.array()) {
      return List.of();
    }
    List<Pod.Container> containers = new ArrayList<>();
    while (json.nextElement()) {
      json.take(CONTAINER_BYTES);
      requireObject(json);
      ContainerReader reader = new ContainerReader();
      for (String name = json.nextMember(); name != null; name = json.nextMember()) {
        reader.readMember(name, json);
      }
      containers.add(reader.container());
    }
    return containers;
  }

  /** Go would see a container without fields; a patch cannot add anything to null. */
  static void requireObject(PodJson json) throws IOException, MalformedPodException {
    if (!json.object()) {
      throw json.malformed("must be an object, not null");
    }
  }

  /** Reads the value of this member, or passes it by. */
  void readMember(String name, PodJson json) throws IOException, MalformedPodException {
    switch (name) {
      case "name" -> containerName = json.text();
      case "env" -> env.readEnv(json);
      case "envFrom" -> env.readEnvFrom(json);
      case "securityContext" -> windows = PlacementReader.windowsOptions(json);
      case "volumeMounts" -> {
        mountsPresence = json.presence();
        mounts = mounts(json, "mountPath");
      }
      case "volumeDevices" -> devices = mounts(json, "devicePath");
      default -> json.skip();
    }
  }

  /** What has been read. */
  Pod.Container container() {
    return new Pod.Container(
        containerName, env.environment(), mountsPresence, mounts, devices, windows);
  }

  private static List<Pod.Mount> mounts(PodJson json, String pathName)
      throws IOException, MalformedPodException {
    if (!json.array()) {
      return List.of();
    }
    List<Pod.Mount> mounts = new ArrayList<>();
    while (json.nextElement()) {
      json.take(MOUNT_BYTES);
      mounts.add(mount(json, pathName));
    }
    return mounts;
  }

  private static Pod.Mount mount(PodJson json, String pathName)
      throws IOException, MalformedPodException {
    String volume = "";
    String path = "";
    if (json.object()) {
      for (String name = json.nextMember(); name != null; name = json.nextMember()) {
        if (name.equals("name")) {
          volume = json.text();
        } else if (name.equals(pathName)) {
          path = json.text();
        } else {
          json.skip();
        }
      }
    }
    return new Pod.Mount(volume, path);
  }
}
