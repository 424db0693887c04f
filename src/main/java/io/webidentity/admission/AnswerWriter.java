package io.webidentity.admission;

import com.fasterxml.jackson.core.Base64Variants;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import io.webidentity.admission.Review.Header;
import io.webidentity.injection.Decision;
import io.webidentity.injection.Finding;
import io.webidentity.injection.Warnings;
import io.webidentity.jsonpatch.JsonPatch;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Writes the AdmissionReview that answers one: allowed, with a patch where there is one, or
 * rejected; with warnings where there are any.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#response">Webhook
 *     response</a>
 */
final class AnswerWriter {
  private static final JsonFactory JSON = new JsonFactory();
  private static final int FORBIDDEN = 403;

  /** One for each thread, as long as what it has written most; never in use twice at a time. */
  private static final ThreadLocal<ByteArrayBuilder> BUFFER =
      ThreadLocal.withInitial(ByteArrayBuilder::new);

  /** The body of an answer that allows the pod. */
  byte[] write(Header header, Optional<JsonPatch> patch, List<Finding> findings) {
    // Before the answer is begun: a second generator at a time has to make buffers of its own.
    Optional<byte[]> operations = patch.map(AnswerWriter::bytes);
    return write(
        header,
        findings,
        json -> {
          json.writeBooleanField("allowed", true);
          if (operations.isPresent()) {
            json.writeStringField("patchType", "JSONPatch");
            json.writeFieldName("patch");
            json.writeBinary(
                Base64Variants.MIME_NO_LINEFEEDS, operations.get(), 0, operations.get().length);
          }
        });
  }

  /** The body of an answer that rejects the pod, whose creator gets 403 and the message. */
  byte[] reject(Header header, Decision.Reject rejection) {
    List<Finding> beside = rejection.findings().subList(1, rejection.findings().size());
    return write(
        header,
        beside,
        json -> {
          json.writeBooleanField("allowed", false);
          json.writeObjectFieldStart("status");
          json.writeNumberField("code", FORBIDDEN);
          json.writeStringField("reason", "Forbidden");
          json.writeStringField("message", rejection.message());
          json.writeEndObject();
        });
  }

  private static byte[] write(Header header, List<Finding> findings, Part verdict) {
    return bytes(json -> {
      json.writeStartObject();
      json.writeStringField("apiVersion", header.apiVersion());
      json.writeStringField("kind", "AdmissionReview");
      json.writeObjectFieldStart("response");
      json.writeStringField("uid", header.uid());
      verdict.writeTo(json);
      if (!findings.isEmpty()) {
        json.writeArrayFieldStart("warnings");
        for (String warning : Warnings.of(findings)) {
          json.writeString(warning);
        }
        json.writeEndArray();
      }
      json.writeEndObject();
      json.writeEndObject();
    });
  }

  private static byte[] bytes(JsonPatch patch) {
    return bytes(patch::writeTo);
  }

  private static byte[] bytes(Part content) {
    ByteArrayBuilder bytes = BUFFER.get();
    bytes.reset();
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      content.writeTo(json);
    } catch (IOException e) {
      throw new IllegalStateException("writing to memory failed", e);
    }
    return bytes.toByteArray();
  }

  /** A part of a document. */
  private interface Part {
    void writeTo(JsonGenerator json) throws IOException;
  }
}
