package io.webidentity.jsonpatch;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;

/**
 * A JSON Patch document (<a href="https://www.rfc-editor.org/rfc/rfc6902">RFC 6902</a>). Made by
 * {@link JsonPatchBuilder}.
 *
 * @param operations the operations, in the order in which they apply
 */
public record JsonPatch(List<Operation> operations) {
  public JsonPatch {
    operations = List.copyOf(operations);
  }

  /** Writes the patch as an array of operations where the generator stands. */
  public void writeTo(JsonGenerator generator) throws IOException {
    generator.writeStartArray();
    for (Operation operation : operations) {
      generator.writeStartObject();
      generator.writeStringField("op", "add");
      generator.writeStringField("path", operation.path().value());
      generator.writeFieldName("value");
      operation.value().writeTo(generator);
      generator.writeEndObject();
    }
    generator.writeEndArray();
  }

  /**
   * One {@code add}. No other operation exists: injection neither replaces nor removes.
   *
   * @param path where the value goes
   * @param value what is added
   */
  public record Operation(JsonPointer path, JsonValue value) {}
}
