package io.webidentity.jsonpatch;

import java.util.List;

/**
 * A JSON Patch document (RFC 6902).
 *
 * @param operations the operations, in the order in which they apply
 */
public record JsonPatch(List<Operation> operations) {
  public JsonPatch {
    operations = List.copyOf(operations);
  }

  /** One operation. Only {@code add} exists: injection neither replaces nor removes. */
  public record Operation(String path) {}
}
