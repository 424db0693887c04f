package io.webidentity.admission;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.webidentity.injection.MalformedPodException;
import io.webidentity.injection.MemoryBudget;
import io.webidentity.injection.Pod;
import io.webidentity.injection.PodReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A second, plain reading of AdmissionReviews, from a whole Jackson tree: slow and obvious, to
 * compare the streaming reader with.
 */
final class ReviewTree {
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private final PodReader pods;

  ReviewTree(PodReader pods) {
    this.pods = pods;
  }

  /** What the review asks, or empty where it must be refused. */
  Optional<Review> read(byte[] body) {
    if (new String(body, StandardCharsets.ISO_8859_1).indexOf('\u00ff') >= 0) {
      return Optional.empty(); // Never in UTF-8; Jackson takes it for the padding of a short name.
    }
    try {
      JsonNode review = JSON.readTree(body);
      JsonNode request = review.path("request");
      JsonNode kind = request.path("kind");
      boolean wellFormed =
          review.isObject()
              && text(review, "kind").equals("AdmissionReview")
              && text(review, "apiVersion").matches("admission\\.k8s\\.io/v1(beta1)?")
              && request.isObject()
              && kind.isObject()
              && !text(request, "uid").isEmpty()
              && !text(kind, "kind").isEmpty()
              && !text(request, "operation").isEmpty();
      if (!wellFormed) {
        return Optional.empty();
      }
      String group = text(kind, "group");
      String subResource = text(request, "subResource");
      String namespace = text(request, "namespace");
      boolean dryRun = truth(request, "dryRun");
      Review.Header header = new Review.Header(text(review, "apiVersion"), text(request, "uid"));
      boolean createsPod =
          group.isEmpty()
              && subResource.isEmpty()
              && text(kind, "kind").equals("Pod")
              && text(request, "operation").equals("CREATE");
      if (!createsPod) {
        String description =
            text(request, "operation")
                + " "
                + text(kind, "kind")
                + (group.isEmpty() ? "" : "." + group)
                + (subResource.isEmpty() ? "" : "/" + subResource);
        return Optional.of(new Review(header, new Review.Subject.Other(description)));
      }
      if (namespace.isEmpty() || !request.path("object").isObject()) {
        return Optional.empty();
      }
      return Optional.of(
          new Review(header, new Review.Subject.PodCreation(namespace, pod(request), dryRun)));
    } catch (IOException | MalformedPodException | WrongTypeException e) {
      return Optional.empty();
    }
  }

  /** Whether some object of this JSON has a member twice. */
  static boolean hasMemberTwice(byte[] json) {
    try {
      JSON.reader().with(StreamReadFeature.STRICT_DUPLICATE_DETECTION).readTree(json);
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  private Pod pod(JsonNode request) throws IOException, MalformedPodException {
    try (JsonParser parser = JSON.treeAsTokens(request.path("object"))) {
      parser.nextToken();
      return pods.read(parser, MemoryBudget.UNBOUNDED);
    }
  }

  private static String text(JsonNode object, String member) {
    JsonNode value = object.path(member);
    if (value.isMissingNode() || value.isNull()) {
      return "";
    }
    if (!value.isTextual()) {
      throw new WrongTypeException(member);
    }
    return value.textValue();
  }

  private static boolean truth(JsonNode object, String member) {
    JsonNode value = object.path(member);
    if (!value.isMissingNode() && !value.isNull() && !value.isBoolean()) {
      throw new WrongTypeException(member);
    }
    return value.booleanValue();
  }

  private static final class WrongTypeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    WrongTypeException(String member) {
      super(member);
    }
  }
}
