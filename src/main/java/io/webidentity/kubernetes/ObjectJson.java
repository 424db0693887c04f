package io.webidentity.kubernetes;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.fabric8.kubernetes.api.model.ListMetaBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads of answers what the webhook needs, and steps over the rest: managed fields alone are more
 * than half of most objects. A list is read object by object, so that its length does not matter.
 */
final class ObjectJson {
  /** Of a list, and of a refusal to go on with one: what asks for the next page. */
  private static final String CONTINUE = "continue";

  private static final JsonFactory JSON = new JsonFactory();

  private ObjectJson() {}

  /** One object. */
  static ApiObject object(InputStream answer) throws IOException {
    try (JsonParser json = JSON.createParser(answer)) {
      json.nextToken();
      return named(json);
    }
  }

  /**
   * A page of a list.
   *
   * @param listed gets each object
   * @throws IOException also if it is no list of an API server's: what answers instead of one may
   *     say 200 with anything, and that is no empty list
   */
  static Page page(InputStream answer, Consumer<ApiObject> listed) throws IOException {
    try (JsonParser json = JSON.createParser(answer)) {
      Page page = new Page("", "");
      json.nextToken();
      begin(json);
      for (String field = json.nextFieldName(); field != null; field = json.nextFieldName()) {
        json.nextToken();
        switch (field) {
          case "metadata" -> page = pageMetadata(json);
          case "items" -> items(json, listed);
          default -> json.skipChildren();
        }
      }
      if (page.version().isEmpty()) {
        throw malformed(json, "the answer is no list");
      }
      return page;
    }
  }

  /**
   * A line of a watch.
   *
   * @throws IOException also if the event lacks what each has: an object with a version and, unless
   *     it is a bookmark, a name
   */
  static Event event(byte[] line) throws IOException {
    try (JsonParser json = JSON.createParser(line)) {
      String type = "";
      Part part = new Part(null, new Status(), "");
      json.nextToken();
      begin(json);
      for (String field = json.nextFieldName(); field != null; field = json.nextFieldName()) {
        json.nextToken();
        switch (field) {
          case "type" -> type = json.getValueAsString("");
          case "object" -> part = object(json);
          default -> json.skipChildren();
        }
      }
      ApiObject object = part.object();
      boolean named = object != null && object.metadata().getName() != null;
      boolean versioned = object != null && object.metadata().getResourceVersion() != null;
      if (!type.equals("ERROR") && !(versioned && (named || type.equals("BOOKMARK")))) {
        throw malformed(json, "an event of type " + type + " has no object, or one without a name");
      }
      return new Event(type, object, part.status());
    }
  }

  /**
   * A refusal.
   *
   * @param code the answer's, which a Status may lack
   * @throws IOException if the answer is no JSON
   */
  static Status status(InputStream answer, int code) throws IOException {
    try (JsonParser json = JSON.createParser(answer)) {
      json.nextToken();
      Part refusal = object(json);
      Status status = refusal.status();
      status.setCode(code);
      status.setMetadata(new ListMetaBuilder().withContinue(refusal.next()).build());
      return status;
    }
  }

  private static void items(JsonParser json, Consumer<ApiObject> listed) throws IOException {
    if (json.currentToken() == JsonToken.VALUE_NULL) {
      return;
    }
    if (!json.isExpectedStartArrayToken()) {
      throw malformed(json, "the answer's items are no array");
    }
    while (json.nextToken() != JsonToken.END_ARRAY) {
      listed.accept(named(json));
    }
  }

  private static Page pageMetadata(JsonParser json) throws IOException {
    String version = "";
    String next = "";
    begin(json);
    for (String field = json.nextFieldName(); field != null; field = json.nextFieldName()) {
      json.nextToken();
      switch (field) {
        case "resourceVersion" -> version = json.getValueAsString("");
        case CONTINUE -> next = json.getValueAsString("");
        default -> json.skipChildren();
      }
    }
    return new Page(version, next);
  }

  private static Part object(JsonParser json) throws IOException {
    @Nullable ObjectMeta metadata = null;
    Map<String, String> data = Map.of();
    Status status = new StatusBuilder().withCode(0).build();
    begin(json);
    for (String field = json.nextFieldName(); field != null; field = json.nextFieldName()) {
      json.nextToken();
      switch (field) {
        case "metadata" -> metadata = metadata(json);
        case "data" -> data = texts(json);
        case "code" -> status.setCode(json.getValueAsInt());
        case "reason" -> status.setReason(json.getValueAsString(""));
        case "message" -> status.setMessage(json.getValueAsString(""));
        default -> json.skipChildren();
      }
    }
    String next =
        metadata == null
            ? ""
            : (String) metadata.getAdditionalProperties().getOrDefault(CONTINUE, "");
    return new Part(metadata == null ? null : new ApiObject(metadata, data), status, next);
  }

  private static ObjectMeta metadata(JsonParser json) throws IOException {
    ObjectMeta metadata = new ObjectMeta();
    begin(json);
    for (String field = json.nextFieldName(); field != null; field = json.nextFieldName()) {
      json.nextToken();
      switch (field) {
        case "name" -> metadata.setName(json.getValueAsString());
        case "namespace" -> metadata.setNamespace(json.getValueAsString());
        case "resourceVersion" -> metadata.setResourceVersion(json.getValueAsString());
        case "creationTimestamp" -> metadata.setCreationTimestamp(json.getValueAsString());
        case "labels" -> metadata.setLabels(texts(json));
        case "annotations" -> metadata.setAnnotations(texts(json));
        case CONTINUE -> metadata.setAdditionalProperty(CONTINUE, json.getValueAsString(""));
        default -> json.skipChildren();
      }
    }
    return metadata;
  }

  private static Map<String, String> texts(JsonParser json) throws IOException {
    Map<String, String> texts = new HashMap<>();
    if (json.isExpectedStartObjectToken()) {
      for (String key = json.nextFieldName(); key != null; key = json.nextFieldName()) {
        json.nextToken();
        String value = json.getValueAsString();
        if (value != null) {
          texts.put(key, value);
        }
        json.skipChildren();
      }
    }
    return texts;
  }

  private static void begin(JsonParser json) throws IOException {
    if (!json.isExpectedStartObjectToken()) {
      throw malformed(json, "the answer has something else where an object is due");
    }
  }

  private static ApiObject named(JsonParser json) throws IOException {
    ApiObject object = object(json).object();
    if (object == null || object.metadata().getName() == null) {
      throw malformed(json, "the answer has something without a name where an object is due");
    }
    return object;
  }

  private static JsonParseException malformed(JsonParser json, String problem) {
    return new JsonParseException(json, problem);
  }

  /**
   * Where a page ends.
   *
   * @param version of the list
   * @param next asks for the next page; empty after the last one
   */
  record Page(String version, String next) {}

  /**
   * A change.
   *
   * @param type as the API server writes it
   * @param object null for an error
   * @param status of an error
   */
  record Event(String type, @Nullable ApiObject object, Status status) {}

  private record Part(@Nullable ApiObject object, Status status, String next) {}
}
