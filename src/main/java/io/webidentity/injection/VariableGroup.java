package io.webidentity.injection;

import io.webidentity.jsonpatch.JsonValue;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Variables that a container is given together, or not at all where it has one of them already.
 *
 * @param names names that say that a container has made its own choice
 * @param entries what is added to {@code env}; nothing where there is nothing to give
 */
record VariableGroup(Set<SdkVariable> names, List<JsonValue> entries) {
  /** The field whose value is the pod's uid. */
  static final String POD_UID = "metadata.uid";

  /** A group that gives nothing, but is known to be there where a container has it. */
  static VariableGroup withoutValues(Set<SdkVariable> names) {
    return new VariableGroup(names, List.of());
  }

  /** A group that gives these values in the order of the map. */
  static VariableGroup of(Map<SdkVariable, String> values) {
    List<JsonValue> entries = new ArrayList<>(values.size());
    values.forEach((variable, value) -> entries.add(entry(variable, text(value))));
    return new VariableGroup(values.keySet(), entries);
  }

  /** A group of these names that gives what the members say, in the order of the map. */
  static VariableGroup of(Set<SdkVariable> names, Map<SdkVariable, JsonValue.Member> members) {
    List<JsonValue> entries = new ArrayList<>(members.size());
    members.forEach((variable, member) -> entries.add(entry(variable, member)));
    return new VariableGroup(names, entries);
  }

  /**
   * A group of one variable that belongs to another group: it is given only where the other one is
   * given too, and not where the container has it already.
   *
   * @param value the member of the entry that says the value: {@code value} or {@code valueFrom}
   */
  static VariableGroup with(VariableGroup other, SdkVariable variable, JsonValue.Member value) {
    Set<SdkVariable> names = EnumSet.copyOf(other.names());
    names.add(variable);
    return new VariableGroup(names, List.of(entry(variable, value)));
  }

  /** A value that the container gets as it is, whatever kubelet would find in it. */
  static JsonValue.Member text(String value) {
    return JsonValue.member("value", JsonValue.of(EnvironmentValue.literally(value)));
  }

  /** A field of the pod, by the downward API. The version is what the API server would fill in. */
  static JsonValue.Member podField(String path) {
    return JsonValue.member(
        "valueFrom",
        JsonValue.object(
            JsonValue.member(
                "fieldRef",
                JsonValue.object(
                    JsonValue.member("apiVersion", JsonValue.of("v1")),
                    JsonValue.member("fieldPath", JsonValue.of(path))))));
  }

  /** Whether the container has made its own choice. */
  boolean chosenBy(Pod.Container container) {
    Set<SdkVariable> theirs = container.env().variables();
    return !theirs.isEmpty() && !Collections.disjoint(names, theirs);
  }

  private static JsonValue entry(SdkVariable variable, JsonValue.Member value) {
    return JsonValue.object(JsonValue.member("name", JsonValue.of(variable.variableName())), value);
  }
}
