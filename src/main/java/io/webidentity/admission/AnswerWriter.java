package io.webidentity.admission;

import com.fasterxml.jackson.core.Base64Variants;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import io.webidentity.admission.Review.Header;
import io.webidentity.injection.Finding;
import io.webidentity.injection.Warnings;
import io.webidentity.jsonpatch.JsonPatch;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Writes the AdmissionReview that answers one: always allowed, with a patch and warnings where
 * there are any.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#response">Webhook
 *     response</a>
 */
final class AnswerWriter {
  private static final JsonFactory JSON = new JsonFactory();

  /** The answer's body. */
  byte[] write(Header header, Optional<JsonPatch> patch, List<Finding> findings) {
    try (ByteArrayBuilder body = new ByteArrayBuilder()) {
      try (JsonGenerator json = JSON.createGenerator(body)) {
        json.writeStartObject();
        json.writeStringField("apiVersion", header.apiVersion());
        json.writeStringField("kind", "AdmissionReview");
        json.writeObjectFieldStart("response");
        json.writeStringField("uid", header.uid());
        json.writeBooleanField("allowed", true);
        if (patch.isPresent()) {
          json.writeStringField("patchType", "JSONPatch");
          json.writeFieldName("patch");
          byte[] operations = bytes(patch.get());
          json.writeBinary(Base64Variants.MIME_NO_LINEFEEDS, operations, 0, operations.length);
        }
        if (!findings.isEmpty()) {
          json.writeArrayFieldStart("warnings");
          for (String warning : Warnings.of(findings)) {
            json.writeString(warning);
          }
          json.writeEndArray();
        }
        json.writeEndObject();
        json.writeEndObject();
      }
      return body.toByteArray();
    } catch (IOException e) {
      throw new IllegalStateException("writing to memory failed", e);
    }
  }

  private static byte[] bytes(JsonPatch patch) throws IOException {
    try (ByteArrayBuilder bytes = new ByteArrayBuilder()) {
      try (JsonGenerator json = JSON.createGenerator(bytes)) {
        patch.writeTo(json);
      }
      return bytes.toByteArray();
    }
  }
}
