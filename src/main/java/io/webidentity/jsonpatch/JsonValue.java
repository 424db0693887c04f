package io.webidentity.jsonpatch;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;

/** A JSON value that a patch carries: as small a model as injection needs, without null. */
public sealed interface JsonValue {
  /** Writes this value where the generator stands. */
  void writeTo(JsonGenerator generator) throws IOException;

  /** A string. */
  static JsonString of(String value) {
    return new JsonString(value);
  }

  /** A whole number. */
  static JsonInteger of(long value) {
    return new JsonInteger(value);
  }

  /** A boolean. */
  static JsonBoolean of(boolean value) {
    return new JsonBoolean(value);
  }

  /** An array of these values. */
  static JsonArray array(JsonValue... elements) {
    return new JsonArray(List.of(elements));
  }

  /** An object of these members, in this order. */
  static JsonObject object(Member... members) {
    return new JsonObject(List.of(members));
  }

  /** A member of an object. */
  static Member member(String name, JsonValue value) {
    return new Member(name, value);
  }

  /** A string. */
  record JsonString(String value) implements JsonValue {
    @Override
    public void writeTo(JsonGenerator generator) throws IOException {
      generator.writeString(value);
    }
  }

  /** A whole number of 64 bits. */
  record JsonInteger(long value) implements JsonValue {
    @Override
    public void writeTo(JsonGenerator generator) throws IOException {
      generator.writeNumber(value);
    }
  }

  /** A boolean. */
  record JsonBoolean(boolean value) implements JsonValue {
    @Override
    public void writeTo(JsonGenerator generator) throws IOException {
      generator.writeBoolean(value);
    }
  }

  /** An array. */
  record JsonArray(List<? extends JsonValue> elements) implements JsonValue {
    public JsonArray {
      elements = List.copyOf(elements);
    }

    @Override
    public void writeTo(JsonGenerator generator) throws IOException {
      generator.writeStartArray();
      for (JsonValue element : elements) {
        element.writeTo(generator);
      }
      generator.writeEndArray();
    }
  }

  /** An object, whose members keep their order. */
  record JsonObject(List<Member> members) implements JsonValue {
    public JsonObject {
      members = List.copyOf(members);
    }

    @Override
    public void writeTo(JsonGenerator generator) throws IOException {
      generator.writeStartObject();
      for (int i = 0; i < members.size(); i++) {
        Member member = members.get(i);
        generator.writeFieldName(member.name());
        member.value().writeTo(generator);
      }
      generator.writeEndObject();
    }
  }

  /** A name and a value in an object. */
  record Member(String name, JsonValue value) {}
}
