package io.webidentity.admission;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import io.webidentity.admission.Review.Header;
import io.webidentity.admission.Review.Subject;
import io.webidentity.injection.MalformedPodException;
import io.webidentity.injection.PodReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads an AdmissionReview by streaming, once, into the few fields that matter.
 *
 * <p>The API server writes {@code kind} and {@code operation} before {@code object}; where a client
 * does not, the object is passed over and read afterwards from its place in the body. Of a member
 * given twice, the last counts.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/">Dynamic
 *     admission control</a>
 */
public final class ReviewReader {
  /**
   * Deepest nesting accepted; API objects stay far below, and a reader must not be at a sender's
   * mercy.
   */
  static final int MAX_NESTING = 512;

  private static final Set<String> API_VERSIONS =
      Set.of("admission.k8s.io/v1", "admission.k8s.io/v1beta1");

  /** Lengths are bounded by the body's; RFC 8259 allows no encoding but UTF-8. */
  static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_NESTING)
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .build())
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.CHARSET_DETECTION)
          .build();

  private static final byte NEVER_IN_UTF_8 = (byte) 0xFF;
  private static final long EACH_BYTE_01 = 0x01010101_01010101L;
  private static final long EACH_BYTE_80 = 0x80808080_80808080L;

  private final PodReader pods;
  private final EphemeralContainerRule ephemeralContainers;

  /** Reads pods with the reader given. */
  public ReviewReader(PodReader pods, EphemeralContainerRule ephemeralContainers) {
    this.pods = pods;
    this.ephemeralContainers = ephemeralContainers;
  }

  /**
   * Reads a request's body.
   *
   * @throws MalformedReviewException if the body is not JSON, not an AdmissionReview, or lacks what
   *     an answer needs
   */
  public Review read(ReviewBytes body) throws MalformedReviewException {
    refuseNonUtf8(body);
    try (JsonParser parser = JSON.createParser(body.array(), body.offset(), body.length())) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new MalformedReviewException("the body is not a JSON object");
      }
      Fields fields = readReview(parser);
      if (parser.nextToken() != null) {
        throw new MalformedReviewException("there is more after the AdmissionReview's end");
      }
      return toReview(fields, body);
    } catch (JsonProcessingException e) {
      throw new MalformedReviewException(problem(e), e);
    } catch (MalformedPodException e) {
      throw new MalformedReviewException(RequestFields.OBJECT + "." + e.getMessage(), e);
    } catch (IOException e) {
      throw new IllegalStateException("reading from memory failed", e);
    }
  }

  /**
   * Refuses the one byte that never occurs in UTF-8 (RFC 3629) and that Jackson does not always
   * see: its table of names pads short ones with it, so that a known {@code env} would be found for
   * an {@code env} behind that byte. All other bytes out of place are refused where they are read.
   */
  private static void refuseNonUtf8(ReviewBytes body) throws MalformedReviewException {
    byte[] array = body.array();
    int end = body.offset() + body.length();
    int i = body.offset();
    // Eight at a time: one by one this took a tenth of the time that reading takes.
    ByteBuffer words = ByteBuffer.wrap(array);
    while (i + Long.BYTES <= end && !hasByteFf(words.getLong(i))) {
      i += Long.BYTES;
    }
    for (; i < end; i++) {
      if (array[i] == NEVER_IN_UTF_8) {
        throw new MalformedReviewException("the body is not UTF-8 at byte " + (i - body.offset()));
      }
    }
  }

  /** Whether one of eight bytes is FF: in the complement, only zero less one borrows. */
  private static boolean hasByteFf(long eight) {
    return ((~eight - EACH_BYTE_01) & eight & EACH_BYTE_80) != 0;
  }

  private Fields readReview(JsonParser parser)
      throws IOException, MalformedPodException, MalformedReviewException {
    Fields fields = new Fields();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      JsonToken value = parser.nextToken();
      switch (name) {
        case "apiVersion" -> fields.apiVersion = text(parser, value, "apiVersion");
        case "kind" -> fields.reviewKind = text(parser, value, "kind");
        case "request" -> {
          if (value == JsonToken.START_OBJECT) {
            fields.request = RequestFields.read(parser, pods);
          } else if (value == JsonToken.VALUE_NULL) {
            fields.request = null;
          } else {
            throw new MalformedReviewException("request is not an object");
          }
        }
        default -> parser.skipChildren();
      }
    }
    return fields;
  }

  private Review toReview(Fields fields, ReviewBytes body)
      throws IOException, MalformedReviewException {
    if (!fields.reviewKind.equals("AdmissionReview")) {
      throw new MalformedReviewException(
          "kind is not AdmissionReview but "
              + (fields.reviewKind.isEmpty() ? "missing" : fields.reviewKind));
    }
    if (!API_VERSIONS.contains(fields.apiVersion)) {
      throw new MalformedReviewException(
          "apiVersion is neither admission.k8s.io/v1 nor admission.k8s.io/v1beta1");
    }
    RequestFields request = fields.request;
    if (request == null) {
      throw new MalformedReviewException("request is missing");
    }
    Subject subject = request.subject(body, pods, ephemeralContainers);
    return new Review(new Header(fields.apiVersion, request.uid()), subject);
  }

  /**
   * What is wrong, in words of our own: Jackson's name its classes, and quote at any length what
   * the sender wrote.
   */
  private static String problem(JsonProcessingException fault) {
    if (fault instanceof StreamConstraintsException) {
      return "the body is nested deeper than " + MAX_NESTING;
    }
    String problem = fault instanceof JsonEOFException ? ": it ends too early" : "";
    JsonLocation location = fault.getLocation();
    String place = location == null ? "" : ", at byte " + location.getByteOffset();
    return "the body is not JSON" + problem + place;
  }

  /** A string; null counts as empty, as Go decodes it. */
  static String text(JsonParser parser, JsonToken token, String path)
      throws IOException, MalformedReviewException {
    return switch (token) {
      case VALUE_STRING -> parser.getText();
      case VALUE_NULL -> "";
      default -> throw new MalformedReviewException(path + " is not a string");
    };
  }

  /** A boolean; null counts as false. */
  static boolean truth(JsonToken token, String path) throws MalformedReviewException {
    return switch (token) {
      case VALUE_TRUE -> true;
      case VALUE_FALSE, VALUE_NULL -> false;
      default -> throw new MalformedReviewException(path + " is not a boolean");
    };
  }

  /** What was read of the review so far. */
  private static final class Fields {
    private String apiVersion = "";
    private String reviewKind = "";
    private @Nullable RequestFields request;
  }
}
