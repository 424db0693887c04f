package io.webidentity.testing.pod;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.github.fge.jsonpatch.JsonPatchException;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.IOException;
import java.io.StringReader;

/** Implementations of RFC 6902 that are not ours, to apply our patches with. */
public enum JsonPatchLibrary {
  /** com.github.java-json-tools:json-patch. */
  JAVA_JSON_TOOLS {
    @Override
    public JsonNode apply(JsonNode patch, JsonNode document) {
      try {
        return com.github.fge.jsonpatch.JsonPatch.fromJson(patch).apply(document);
      } catch (IOException | JsonPatchException e) {
        throw new AssertionError("the patch does not apply: " + patch, e);
      }
    }
  },
  /** Jakarta JSON Processing, by its reference implementation Parsson. */
  PARSSON {
    @Override
    public JsonNode apply(JsonNode patch, JsonNode document) {
      try (JsonReader operations = Json.createReader(new StringReader(patch.toString()));
          JsonReader target = Json.createReader(new StringReader(document.toString()))) {
        JsonObject result = Json.createPatch(operations.readArray()).apply(target.readObject());
        return EXACT.readTree(result.toString());
      } catch (JsonProcessingException e) {
        throw new AssertionError("the result is not JSON", e);
      }
    }
  },
  /** zjsonpatch, as fabric8's client has it. */
  ZJSONPATCH {
    @Override
    public JsonNode apply(JsonNode patch, JsonNode document) {
      return io.fabric8.zjsonpatch.JsonPatch.apply(patch, document);
    }
  };

  /** Reads JSON without rounding numbers. */
  public static final ObjectMapper EXACT =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  /** The document with the patch applied; the document itself is left as it is. */
  public abstract JsonNode apply(JsonNode patch, JsonNode document);
}
