package io.webidentity.admission;

import com.fasterxml.jackson.core.Base64Variants;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import io.webidentity.admission.Review.Header;
import io.webidentity.injection.Decision;
import io.webidentity.injection.Finding;
import io.webidentity.injection.Warnings;
import io.webidentity.jsonpatch.JsonPatch;
import java.io.ByteArrayOutputStream;
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
  /** In ASCII: a uid with half a surrogate pair could not be written as UTF-8. */
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  private static final int FORBIDDEN = 403;

  /** Longest array that is kept for the next answer, bytes; most answers are much shorter. */
  private static final int KEPT_BYTES = 64 * 1024;

  private static final int FIRST_BYTES = 4 * 1024;

  /** Two for each thread; never in use twice at a time. */
  private static final ThreadLocal<Buffers> BUFFERS = ThreadLocal.withInitial(Buffers::new);

  /** The body of an answer that allows the pod. */
  byte[] write(Header header, Optional<JsonPatch> patch, List<Finding> findings) {
    // Before the answer is begun: a second generator at a time has to make buffers of its own.
    Buffer operations = BUFFERS.get().patch();
    patch.ifPresent(present -> operations.write(present::writeTo));
    return write(
        header,
        findings,
        json -> {
          json.writeBooleanField("allowed", true);
          if (patch.isPresent()) {
            json.writeStringField("patchType", "JSONPatch");
            json.writeFieldName("patch");
            json.writeBinary(
                Base64Variants.MIME_NO_LINEFEEDS, operations.array(), 0, operations.size());
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
    Buffer answer = BUFFERS.get().answer();
    answer.write(json -> {
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
    return answer.toByteArray();
  }

  /** A part of a document. */
  private interface Part {
    void writeTo(JsonGenerator json) throws IOException;
  }

  /**
   * What a thread writes to.
   *
   * @param patch for a patch, which is a string in the answer
   * @param answer for the answer
   */
  private record Buffers(Buffer patch, Buffer answer) {
    Buffers() {
      this(new Buffer(), new Buffer());
    }
  }

  /** A document's bytes, in an array that is used again. */
  private static final class Buffer extends ByteArrayOutputStream {
    Buffer() {
      super(FIRST_BYTES);
    }

    void write(Part content) {
      reset();
      if (buf.length > KEPT_BYTES) {
        buf = new byte[FIRST_BYTES];
      }
      try (JsonGenerator json = JSON.createGenerator(this)) {
        content.writeTo(json);
      } catch (IOException e) {
        throw new IllegalStateException("writing to memory failed", e);
      }
    }

    /** The document's bytes, and others behind them. */
    byte[] array() {
      return buf;
    }
  }
}
