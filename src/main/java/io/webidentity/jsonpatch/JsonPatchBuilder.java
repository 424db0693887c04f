package io.webidentity.jsonpatch;

import java.util.ArrayList;
import java.util.List;

/**
 * Builds a patch that only adds: the one place that knows how to add to something that may be
 * missing, so that what exists is never replaced, but for the one member that {@link #put} names.
 *
 * <p>On a member that is absent or {@code null} RFC 6902's {@code add} sets the whole value
 * (section 4.1: "if the target location specifies an object member that does exist, that member's
 * value is replaced", which here only ever replaces {@code null}).
 */
public final class JsonPatchBuilder {
  private final List<JsonPatch.Operation> operations = new ArrayList<>();

  /** Makes sure that there is an object at this place: an empty one is created where none is. */
  public JsonPatchBuilder ensureObject(JsonPointer object, Presence presence) {
    if (presence == Presence.MISSING) {
      add(object, JsonValue.object());
    }
    return this;
  }

  /** Adds the values, in their order, at the end of the array. Without values nothing is done. */
  public JsonPatchBuilder append(
      JsonPointer array, Presence presence, List<? extends JsonValue> values) {
    if (values.isEmpty()) {
      return this;
    }
    switch (presence) {
      case PRESENT -> {
        JsonPointer end = array.end();
        for (JsonValue value : values) {
          add(end, value);
        }
      }
      case MISSING -> add(array, new JsonValue.JsonArray(values));
    }
    return this;
  }

  /** Adds the values, in their order, before the element at this index of an array that exists. */
  public JsonPatchBuilder insert(JsonPointer array, int index, List<? extends JsonValue> values) {
    int next = index;
    for (JsonValue value : values) {
      add(array.element(next), value);
      next++;
    }
    return this;
  }

  /** Adds the value before all others of the array. */
  public JsonPatchBuilder insertFirst(JsonPointer array, Presence presence, JsonValue value) {
    switch (presence) {
      case PRESENT -> add(array.element(0), value);
      case MISSING -> add(array, JsonValue.array(value));
    }
    return this;
  }

  /** Gives the object's member this value, whether or not it has it: objects are maps here. */
  public JsonPatchBuilder put(JsonPointer object, Presence presence, String name, JsonValue value) {
    switch (presence) {
      case PRESENT -> add(object.member(name), value);
      case MISSING -> add(object, JsonValue.object(JsonValue.member(name, value)));
    }
    return this;
  }

  /** Whether nothing has been added yet. */
  public boolean isEmpty() {
    return operations.isEmpty();
  }

  /** The patch so far. */
  public JsonPatch build() {
    return new JsonPatch(operations);
  }

  private void add(JsonPointer path, JsonValue value) {
    operations.add(new JsonPatch.Operation(path, value));
  }
}
