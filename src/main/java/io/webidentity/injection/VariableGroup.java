package io.webidentity.injection;

import io.webidentity.jsonpatch.JsonValue;
import java.util.ArrayList;
import java.util.Collections;
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
  /** A group that gives nothing, but is known to be there where a container has it. */
  static VariableGroup withoutValues(Set<SdkVariable> names) {
    return new VariableGroup(names, List.of());
  }

  /** A group that gives these values in the order of the map. */
  static VariableGroup of(Map<SdkVariable, String> values) {
    List<JsonValue> entries = new ArrayList<>(values.size());
    values.forEach((variable, value) -> entries.add(entry(variable, value)));
    return new VariableGroup(values.keySet(), entries);
  }

  /** Whether the container has made its own choice. */
  boolean chosenBy(Pod.Container container) {
    return !Collections.disjoint(names, container.variables());
  }

  private static JsonValue entry(SdkVariable variable, String value) {
    return JsonValue.object(
        JsonValue.member("name", JsonValue.of(variable.variableName())),
        JsonValue.member("value", JsonValue.of(value)));
  }
}
