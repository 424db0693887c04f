package io.webidentity.shadow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.webidentity.observability.LogKeys;
import java.io.IOException;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * The pod that a review is about.
 *
 * @param uid of the review
 * @param namespace of the request
 * @param json the whole pod
 */
record ReviewedPod(String uid, String namespace, JsonNode json) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Reads it of a review that has been found to be well-formed. */
  static ReviewedPod read(byte[] review, String uid) {
    try {
      JsonNode request = JSON.readTree(review).path("request");
      return new ReviewedPod(uid, request.path("namespace").asText(), request.path("object"));
    } catch (IOException e) {
      throw new IllegalStateException("a review that was decided on cannot be read", e);
    }
  }

  /** Says in a line of the log which pod it is about. */
  LoggingEventBuilder describe(LoggingEventBuilder line) {
    return line.addKeyValue(LogKeys.REVIEW_UID, ShownValue.text(uid))
        .addKeyValue(LogKeys.NAMESPACE, ShownValue.text(namespace))
        .addKeyValue(LogKeys.POD, ShownValue.text(name()))
        .addKeyValue(
            LogKeys.SERVICE_ACCOUNT,
            ShownValue.text(json.path("spec").path("serviceAccountName").asText()));
  }

  private String name() {
    JsonNode metadata = json.path("metadata");
    String name = metadata.path("name").asText();
    return name.isEmpty() ? metadata.path("generateName").asText() + "*" : name;
  }
}
