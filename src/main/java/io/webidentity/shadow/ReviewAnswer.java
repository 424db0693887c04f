package io.webidentity.shadow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.fabric8.zjsonpatch.CompatibilityFlags;
import io.fabric8.zjsonpatch.JsonPatch;
import java.io.IOException;
import java.util.EnumSet;

/**
 * A webhook's answer to a review, as an API server reads it.
 *
 * @param allowed whether the pod may be created
 * @param message why not
 * @param patch JSON Patch; missing where there is none
 * @see <a
 *     href="https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#response">Webhook
 *     response</a>
 */
record ReviewAnswer(boolean allowed, String message, JsonNode patch) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** To remove what is not there is an error, as RFC 6902 has it. */
  private static final EnumSet<CompatibilityFlags> AS_API_SERVERS_DO =
      EnumSet.of(CompatibilityFlags.FORBID_REMOVE_MISSING_OBJECT);

  /**
   * Reads an answer.
   *
   * @param uid of the request, which the answer must have
   * @throws UnusableAnswerException if an API server would not take it
   */
  static ReviewAnswer read(byte[] body, String uid) throws UnusableAnswerException {
    JsonNode response;
    try {
      response = JSON.readTree(body).path("response");
    } catch (IOException e) {
      throw new UnusableAnswerException("does not answer with JSON", e);
    }
    JsonNode allowed = response.path("allowed");
    if (!allowed.isBoolean()) {
      throw new UnusableAnswerException("does not answer with an AdmissionReview");
    }
    if (!response.path("uid").asText().equals(uid)) {
      throw new UnusableAnswerException("answers with another uid than the review's");
    }
    return new ReviewAnswer(
        allowed.booleanValue(), response.path("status").path("message").asText(), patch(response));
  }

  private static JsonNode patch(JsonNode response) throws UnusableAnswerException {
    JsonNode encoded = response.path("patch");
    if (encoded.isMissingNode() || encoded.isNull()) {
      return MissingNode.getInstance();
    }
    JsonNode patch;
    try {
      patch = JSON.readTree(encoded.binaryValue());
    } catch (IOException | IllegalArgumentException e) {
      throw new UnusableAnswerException("answers with a patch that is not JSON", e);
    }
    if (!response.path("patchType").asText().equals("JSONPatch") || !patch.isArray()) {
      throw new UnusableAnswerException("answers with a patch that is not a JSON Patch");
    }
    for (JsonNode operation : patch) {
      // Nothing that changes pods copies; and copies of copies make a pod of any size.
      if (operation.path("op").asText().equals("copy")) {
        throw new UnusableAnswerException("answers with a patch that copies, which is not tried");
      }
    }
    return patch;
  }

  /** Whether it asks for a change. */
  boolean changes() {
    return !patch.isEmpty();
  }

  /**
   * The pod with the patch applied; the pod itself is left as it is.
   *
   * @throws UnusableAnswerException if the patch does not fit
   */
  JsonNode applyTo(JsonNode pod) throws UnusableAnswerException {
    if (!changes()) {
      return pod.deepCopy();
    }
    try {
      return JsonPatch.apply(patch, pod, AS_API_SERVERS_DO);
    } catch (RuntimeException e) {
      throw new UnusableAnswerException("answers with a patch that does not fit the pod", e);
    }
  }
}
