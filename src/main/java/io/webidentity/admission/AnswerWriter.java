package io.webidentity.admission;

import com.fasterxml.jackson.core.Base64Variants;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import io.webidentity.admission.Review.Header;
import io.webidentity.injection.Decision;
import io.webidentity.injection.Finding;
import io.webidentity.injection.MemoryBudget;
import io.webidentity.injection.MemoryExceededException;
import io.webidentity.injection.Warnings;
import io.webidentity.jsonpatch.JsonPatch;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
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

  private static final String ALLOWED = "allowed";
  private static final int FORBIDDEN = 403;

  /** Longest array that is kept for the next answer, bytes; most answers are much shorter. */
  private static final int KEPT_BYTES = 64 * 1024;

  private static final int FIRST_BYTES = 4 * 1024;

  /** Two for each thread; never in use twice at a time. */
  private static final ThreadLocal<Buffers> BUFFERS = ThreadLocal.withInitial(Buffers::new);

  /** The body of an answer that allows the pod as it is, without a word. */
  static byte[] unchanged(Header header) {
    try {
      return write(
          header, List.of(), MemoryBudget.UNBOUNDED, json -> json.writeBooleanField(ALLOWED, true));
    } catch (MemoryExceededException e) {
      throw new IllegalStateException("there is no bound to exceed", e);
    }
  }

  /**
   * The body of an answer that allows the pod.
   *
   * @param memory for the answer
   * @throws MemoryExceededException if the answer takes more than there is
   */
  byte[] write(
      Header header, Optional<JsonPatch> patch, List<Finding> findings, MemoryBudget memory)
      throws MemoryExceededException {
    // Before the answer is begun: a second generator at a time has to make buffers of its own.
    Buffer operations = BUFFERS.get().patch();
    if (patch.isPresent()) {
      operations.write(memory, patch.get()::writeTo);
    }
    return write(
        header,
        findings,
        memory,
        json -> {
          json.writeBooleanField(ALLOWED, true);
          if (patch.isPresent()) {
            json.writeStringField("patchType", "JSONPatch");
            json.writeFieldName("patch");
            json.writeBinary(
                Base64Variants.MIME_NO_LINEFEEDS, operations.array(), 0, operations.size());
          }
        });
  }

  /**
   * The body of an answer that rejects the pod, whose creator gets 403 and the message.
   *
   * @param memory for the answer
   * @throws MemoryExceededException if the answer takes more than there is
   */
  byte[] reject(Header header, Decision.Reject rejection, MemoryBudget memory)
      throws MemoryExceededException {
    List<Finding> beside = rejection.findings().subList(1, rejection.findings().size());
    return write(
        header,
        beside,
        memory,
        json -> {
          json.writeBooleanField(ALLOWED, false);
          json.writeObjectFieldStart("status");
          json.writeNumberField("code", FORBIDDEN);
          json.writeStringField("reason", "Forbidden");
          json.writeStringField("message", rejection.message());
          json.writeEndObject();
        });
  }

  private static byte[] write(
      Header header, List<Finding> findings, MemoryBudget memory, Part verdict)
      throws MemoryExceededException {
    Buffer answer = BUFFERS.get().answer();
    answer.write(
        memory,
        json -> {
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
    return answer.copy(memory);
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
  private static final class Buffer extends OutputStream {
    private byte[] array = new byte[FIRST_BYTES];
    private int size;
    private MemoryBudget memory = MemoryBudget.UNBOUNDED;

    void write(MemoryBudget budget, Part content) throws MemoryExceededException {
      size = 0;
      if (array.length > KEPT_BYTES) {
        array = new byte[FIRST_BYTES];
      }
      memory = budget;
      try (JsonGenerator json = JSON.createGenerator(this)) {
        content.writeTo(json);
      } catch (MemoryExceededException e) {
        throw e;
      } catch (IOException e) {
        throw new IllegalStateException("writing to memory failed", e);
      } finally {
        memory = MemoryBudget.UNBOUNDED;
      }
    }

    @Override
    public void write(int oneByte) throws MemoryExceededException {
      makeRoom(1);
      array[size++] = (byte) oneByte;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws MemoryExceededException {
      makeRoom(length);
      System.arraycopy(bytes, offset, array, size, length);
      size += length;
    }

    private void makeRoom(int more) throws MemoryExceededException {
      if (size + more > array.length) {
        int larger = Math.max(2 * array.length, size + more);
        if (larger > KEPT_BYTES) {
          memory.take(larger - array.length);
        }
        array = Arrays.copyOf(array, larger);
      }
    }

    /** The document's bytes, and others behind them. */
    byte[] array() {
      return array;
    }

    int size() {
      return size;
    }

    /** The document's bytes in an array of their own. */
    byte[] copy(MemoryBudget budget) throws MemoryExceededException {
      budget.take(size);
      return Arrays.copyOf(array, size);
    }
  }
}
