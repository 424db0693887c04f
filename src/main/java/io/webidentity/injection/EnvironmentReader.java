package io.webidentity.injection;

import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/**
 * Reads what a pod's containers and init containers have in {@code env} of the SDKs' variables:
 * their values, which only {@link EphemeralContainers} ask for.
 */
public final class EnvironmentReader {
  /** A container's map, and its place among those of others. */
  private static final int CONTAINER_BYTES = 256;

  /** A value with its variable. */
  private static final int VALUE_BYTES = 64;

  private EnvironmentReader() {}

  /**
   * The values by the container's name, read of the pod at whose START_OBJECT the parser stands.
   *
   * @param memory for what is kept
   * @throws MalformedPodException if a value has the wrong type
   */
  public static Map<String, Map<SdkVariable, EnvironmentValue>> read(
      JsonParser parser, MemoryBudget memory) throws IOException, MalformedPodException {
    PodJson json = new PodJson(parser, memory);
    Map<String, Map<SdkVariable, EnvironmentValue>> values = Map.of();
    for (String name = json.nextMember(); name != null; name = json.nextMember()) {
      if (name.equals("spec")) {
        values = spec(json);
      } else {
        json.skip();
      }
    }
    return values;
  }

  private static Map<String, Map<SdkVariable, EnvironmentValue>> spec(PodJson json)
      throws IOException, MalformedPodException {
    Map<String, Map<SdkVariable, EnvironmentValue>> values = new HashMap<>();
    if (json.object()) {
      for (String name = json.nextMember(); name != null; name = json.nextMember()) {
        switch (name) {
          case "containers", "initContainers" -> containers(json, values);
          default -> json.skip();
        }
      }
    }
    return values;
  }

  private static void containers(
      PodJson json, Map<String, Map<SdkVariable, EnvironmentValue>> values)
      throws IOException, MalformedPodException {
    if (json.array()) {
      while (json.nextElement()) {
        json.take(CONTAINER_BYTES);
        container(json, values);
      }
    }
  }

  private static void container(
      PodJson json, Map<String, Map<SdkVariable, EnvironmentValue>> values)
      throws IOException, MalformedPodException {
    String containerName = "";
    Map<SdkVariable, EnvironmentValue> variables = Map.of();
    if (json.object()) {
      for (String name = json.nextMember(); name != null; name = json.nextMember()) {
        switch (name) {
          case "name" -> containerName = json.text();
          case "env" -> variables = variables(json);
          default -> json.skip();
        }
      }
    }
    values.put(containerName, variables);
  }

  private static Map<SdkVariable, EnvironmentValue> variables(PodJson json)
      throws IOException, MalformedPodException {
    Map<SdkVariable, EnvironmentValue> variables = new EnumMap<>(SdkVariable.class);
    if (json.array()) {
      while (json.nextElement()) {
        json.take(VALUE_BYTES);
        variable(json, variables);
      }
    }
    return variables;
  }

  /** Of entries with the same name the last one counts, as for kubelet. */
  private static void variable(PodJson json, Map<SdkVariable, EnvironmentValue> variables)
      throws IOException, MalformedPodException {
    String variableName = "";
    String text = "";
    EnvironmentValue from = null;
    if (json.object()) {
      for (String name = json.nextMember(); name != null; name = json.nextMember()) {
        switch (name) {
          case "name" -> variableName = json.text();
          case "value" -> text = json.text();
          case "valueFrom" -> from = json.absent() ? null : valueFrom(json);
          default -> json.skip();
        }
      }
    }
    EnvironmentValue value = from == null ? EnvironmentValue.of(text) : from;
    SdkVariable.named(variableName).ifPresent(variable -> variables.put(variable, value));
  }

  private static EnvironmentValue valueFrom(PodJson json)
      throws IOException, MalformedPodException {
    boolean uid = false;
    if (json.object()) {
      for (String name = json.nextMember(); name != null; name = json.nextMember()) {
        if (name.equals("fieldRef")) {
          uid = fieldPath(json).equals(VariableGroup.POD_UID);
        } else {
          json.skip();
        }
      }
    }
    return uid ? new EnvironmentValue.PodUid() : new EnvironmentValue.Elsewhere();
  }

  private static String fieldPath(PodJson json) throws IOException, MalformedPodException {
    String path = "";
    if (json.object()) {
      for (String name = json.nextMember(); name != null; name = json.nextMember()) {
        if (name.equals("fieldPath")) {
          path = json.text();
        } else {
          json.skip();
        }
      }
    }
    return path;
  }
}
