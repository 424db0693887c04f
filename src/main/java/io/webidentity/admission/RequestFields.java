package io.webidentity.admission;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.webidentity.admission.Review.Subject;
import io.webidentity.injection.EnvironmentReader;
import io.webidentity.injection.EphemeralContainerReader;
import io.webidentity.injection.EphemeralContainers;
import io.webidentity.injection.MalformedPodException;
import io.webidentity.injection.MemoryBudget;
import io.webidentity.injection.Pod;
import io.webidentity.injection.PodReader;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The few fields of an AdmissionReview's request that matter, as they are read. */
final class RequestFields {
  /** Where the object is that a request is about. */
  static final String OBJECT = "request.object";

  private static final String OLD_OBJECT = "request.oldObject";

  private String uid = "";
  private String group = "";
  private String kind = "";
  private String operation = "";
  private String subResource = "";
  private String namespace = "";
  private boolean dryRun;
  private @Nullable Pod pod;
  private @Nullable PassedObject object;
  private @Nullable PassedObject oldObject;

  private RequestFields() {}

  /** Reads the request at whose START_OBJECT the parser stands. */
  static RequestFields read(JsonParser parser, PodReader pods, MemoryBudget memory)
      throws IOException, MalformedPodException, MalformedReviewException {
    RequestFields request = new RequestFields();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      JsonToken value = parser.nextToken();
      switch (name) {
        case "uid" -> request.uid = ReviewReader.text(parser, value, "request.uid");
        case "kind" -> request.readKind(parser, value);
        case "operation" ->
            request.operation = ReviewReader.text(parser, value, "request.operation");
        case "subResource" ->
            request.subResource = ReviewReader.text(parser, value, "request.subResource");
        case "namespace" ->
            request.namespace = ReviewReader.text(parser, value, "request.namespace");
        case "object" -> request.readObject(parser, value, pods, memory);
        case "oldObject" -> request.oldObject = PassedObject.of(OLD_OBJECT, parser);
        case "dryRun" -> request.dryRun = ReviewReader.truth(value, "request.dryRun");
        default -> parser.skipChildren();
      }
    }
    return request;
  }

  private void readKind(JsonParser parser, JsonToken value)
      throws IOException, MalformedReviewException {
    group = "";
    kind = "";
    if (value == JsonToken.VALUE_NULL) {
      return;
    }
    if (value != JsonToken.START_OBJECT) {
      throw new MalformedReviewException("request.kind is not an object");
    }
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      JsonToken token = parser.nextToken();
      switch (name) {
        case "group" -> group = ReviewReader.text(parser, token, "request.kind.group");
        case "kind" -> kind = ReviewReader.text(parser, token, "request.kind.kind");
        default -> parser.skipChildren();
      }
    }
  }

  private void readObject(JsonParser parser, JsonToken value, PodReader pods, MemoryBudget memory)
      throws IOException, MalformedPodException, MalformedReviewException {
    pod = null;
    object = null;
    if (value != JsonToken.VALUE_NULL && createsPod()) {
      PassedObject.requireObject(OBJECT, value);
      pod = pods.read(parser, memory);
    } else {
      object = PassedObject.of(OBJECT, parser);
    }
  }

  /** The review's UID; not empty once there is a subject. */
  String uid() {
    return uid;
  }

  /**
   * What the request is about.
   *
   * @param review the review it was read from
   * @throws MalformedReviewException if it lacks what an answer needs
   */
  Subject subject(ReviewDocument review, PodReader pods, EphemeralContainerRule ephemeralContainers)
      throws IOException, MalformedReviewException {
    requireText(uid, "request.uid");
    requireText(kind, "request.kind.kind");
    requireText(operation, "request.operation");
    if (createsPod()) {
      requireText(namespace, "request.namespace");
      return new Subject.PodCreation(namespace, pod(review, pods), dryRun);
    }
    if (ephemeralContainers == EphemeralContainerRule.INJECT && debugsPod()) {
      requireText(namespace, "request.namespace");
      return debugging(review, pods);
    }
    return new Subject.Other(description());
  }

  private Pod pod(ReviewDocument review, PodReader pods)
      throws IOException, MalformedReviewException {
    Pod read = pod;
    return read == null ? PassedObject.required(OBJECT, object).read(review, pods::read) : read;
  }

  private Subject debugging(ReviewDocument review, PodReader pods)
      throws IOException, MalformedReviewException {
    PassedObject before = PassedObject.required(OLD_OBJECT, oldObject);
    PassedObject after = PassedObject.required(OBJECT, object);
    return new Subject.PodDebugging(
        namespace,
        EphemeralContainers.of(
            before.read(review, pods::read),
            before.read(review, EnvironmentReader::read),
            before.read(review, EphemeralContainerReader::read),
            after.read(review, EphemeralContainerReader::read)));
  }

  private boolean createsPod() {
    return kind.equals("Pod")
        && group.isEmpty()
        && operation.equals("CREATE")
        && subResource.isEmpty();
  }

  private boolean debugsPod() {
    return kind.equals("Pod")
        && group.isEmpty()
        && operation.equals("UPDATE")
        && subResource.equals("ephemeralcontainers");
  }

  private String description() {
    return operation
        + " "
        + kind
        + (group.isEmpty() ? "" : "." + group)
        + (subResource.isEmpty() ? "" : "/" + subResource);
  }

  private static void requireText(String value, String path) throws MalformedReviewException {
    if (value.isEmpty()) {
      throw new MalformedReviewException(path + " is missing");
    }
  }
}
