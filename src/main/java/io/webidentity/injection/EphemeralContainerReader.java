package io.webidentity.injection;

import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Reads the ephemeral containers of a pod. */
public final class EphemeralContainerReader {
  private EphemeralContainerReader() {}

  /**
   * Those of the pod at whose START_OBJECT the parser stands, in its order.
   *
   * @param memory for what is kept
   * @throws MalformedPodException if a value has the wrong type
   */
  public static List<EphemeralContainers.Container> read(JsonParser parser, MemoryBudget memory)
      throws IOException, MalformedPodException {
    PodJson json = new PodJson(parser, memory);
    List<EphemeralContainers.Container> containers = List.of();
    for (String name = json.nextMember(); name != null; name = json.nextMember()) {
      if (name.equals("spec")) {
        containers = spec(json);
      } else {
        json.skip();
      }
    }
    return containers;
  }

  private static List<EphemeralContainers.Container> spec(PodJson json)
      throws IOException, MalformedPodException {
    List<EphemeralContainers.Container> containers = List.of();
    if (json.object()) {
      for (String name = json.nextMember(); name != null; name = json.nextMember()) {
        if (name.equals("ephemeralContainers")) {
          containers = containers(json);
        } else {
          json.skip();
        }
      }
    }
    return containers;
  }

  private static List<EphemeralContainers.Container> containers(PodJson json)
      throws IOException, MalformedPodException {
    List<EphemeralContainers.Container> containers = new ArrayList<>();
    if (json.array()) {
      while (json.nextElement()) {
        json.take(ContainerReader.CONTAINER_BYTES);
        ContainerReader.requireObject(json);
        containers.add(container(json));
      }
    }
    return containers;
  }

  private static EphemeralContainers.Container container(PodJson json)
      throws IOException, MalformedPodException {
    String target = "";
    ContainerReader common = new ContainerReader();
    for (String name = json.nextMember(); name != null; name = json.nextMember()) {
      if (name.equals("targetContainerName")) {
        target = json.text();
      } else {
        common.readMember(name, json);
      }
    }
    return new EphemeralContainers.Container(common.container(), target);
  }
}
