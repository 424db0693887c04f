package io.webidentity.shadow;

import io.webidentity.jsonpatch.JsonPointer;

/**
 * A place in both pods.
 *
 * @param pointer where it is
 * @param shape the pointer without what is different from pod to pod
 * @param field name of the member of an object that this is, or is an element of
 */
record Place(JsonPointer pointer, JsonPointer shape, String field) {
  static final Place ROOT = new Place(JsonPointer.ROOT, JsonPointer.ROOT, "");

  Place member(String name) {
    return new Place(pointer.member(name), shape.member(name), name);
  }

  Place element(int index) {
    return element(index, "*");
  }

  Place element(int index, String name) {
    return new Place(pointer.element(index), shape.member(name), field);
  }
}
