package io.webidentity.shadow;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A place where two pods differ.
 *
 * @param kind whether Kubernetes gives the difference a meaning
 * @param pointer where, RFC 6901; an index is that of this webhook's pod, of the other's where only
 *     that one has the element
 * @param shape the pointer without what is different from pod to pod: {@code *} for an index, the
 *     name for a variable
 * @param ours value in this webhook's pod; missing where it has none
 * @param theirs value in the other webhook's pod
 */
record Difference(Kind kind, String pointer, String shape, JsonNode ours, JsonNode theirs) {
  /** What kind of difference it is. */
  enum Kind {
    /** A value. */
    VALUE,
    /** Nothing but the order of elements that Kubernetes finds by their names. */
    ORDER
  }
}
