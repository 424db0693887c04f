package io.webidentity.admission;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import io.webidentity.admission.Review.Header;
import io.webidentity.admission.Review.Subject;
import io.webidentity.injection.MalformedPodException;
import io.webidentity.injection.MemoryBudget;
import io.webidentity.injection.MemoryExceededException;
import io.webidentity.injection.MemoryExceededException.Bound;
import io.webidentity.injection.PodReader;
import java.io.IOException;
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
  private static final Set<String> API_VERSIONS =
      Set.of("admission.k8s.io/v1", "admission.k8s.io/v1beta1");

  /** Names of API objects have 253 characters at the most, UIDs 36. */
  private static final int LONGEST_FIELD = 1_024;

  private static final byte NEVER_IN_UTF_8 = (byte) 0xFF;

  /** With it, a reference to a variable begins; encoders of API servers never escape it. */
  private static final byte DOLLAR_SIGN = '$';

  private final ReviewJson json = new ReviewJson();
  private final PodReader pods;
  private final PodReader podsWithoutReferences;
  private final EphemeralContainerRule ephemeralContainers;

  /** Reads pods with the reader given. */
  public ReviewReader(PodReader pods, EphemeralContainerRule ephemeralContainers) {
    this.pods = pods;
    this.podsWithoutReferences = pods.withoutReferences();
    this.ephemeralContainers = ephemeralContainers;
  }

  /**
   * Reads a request's body.
   *
   * @param memory for what is kept of it, and for what is decided
   * @throws MalformedReviewException if the body is not JSON, not an AdmissionReview, or lacks what
   *     an answer needs
   * @throws OversizedReviewException if what is kept takes more memory than there is
   */
  public Review read(ReviewBytes body, MemoryBudget memory)
      throws MalformedReviewException, OversizedReviewException {
    ReviewBytes.Found found = body.find(NEVER_IN_UTF_8, DOLLAR_SIGN);
    if (found.one()) {
      throw notUtf8(body);
    }
    ReviewDocument review = new ReviewDocument(body, json.factory(), memory);
    PodReader reader = found.other() ? pods : podsWithoutReferences;
    try (JsonParser parser = review.parser()) {
      return read(review, reader, parser);
    } catch (StreamConstraintsException e) {
      throw new OversizedReviewException(
          Bound.OF_ONE_DECISION,
          "the review has longer names or values, more names, or deeper nesting than a pod can"
              + " have",
          e);
    } catch (JsonProcessingException e) {
      throw new MalformedReviewException(problem(e), e);
    } catch (MalformedPodException e) {
      throw new MalformedReviewException(RequestFields.OBJECT + "." + e.getMessage(), e);
    } catch (MemoryExceededException e) {
      throw new OversizedReviewException(
          e.bound(), "the pod has more containers, volumes or names than a pod can have", e);
    } catch (IOException e) {
      throw new IllegalStateException("reading from memory failed", e);
    }
  }

  private Review read(ReviewDocument review, PodReader reader, JsonParser parser)
      throws IOException, MalformedPodException, MalformedReviewException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw new MalformedReviewException("the body is not a JSON object");
    }
    Fields fields = readReview(review, reader, parser);
    if (parser.nextToken() != null) {
      throw new MalformedReviewException("there is more after the AdmissionReview's end");
    }
    return toReview(fields, review);
  }

  /**
   * About the one byte that never occurs in UTF-8 (RFC 3629) and that Jackson does not always see:
   * its table of names pads short ones with it, so that a known {@code env} would be found for an
   * {@code env} behind that byte. All other bytes out of place are refused where they are read.
   */
  private static MalformedReviewException notUtf8(ReviewBytes body) {
    return new MalformedReviewException(
        "the body is not UTF-8 at byte " + body.indexOf(NEVER_IN_UTF_8));
  }

  private static Fields readReview(ReviewDocument review, PodReader reader, JsonParser parser)
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
            fields.request = RequestFields.read(parser, reader, review.memory());
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

  private Review toReview(Fields fields, ReviewDocument review)
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
    Subject subject = request.subject(review, pods, ephemeralContainers);
    return new Review(new Header(fields.apiVersion, request.uid()), subject);
  }

  /**
   * What is wrong, in words of our own: Jackson's name its classes, and quote at any length what
   * the sender wrote.
   */
  private static String problem(JsonProcessingException fault) {
    String problem = fault instanceof JsonEOFException ? ": it ends too early" : "";
    JsonLocation location = fault.getLocation();
    String place = location == null ? "" : ", at byte " + location.getByteOffset();
    return "the body is not JSON" + problem + place;
  }

  /** A string of names' length; null counts as empty, as Go decodes it. */
  static String text(JsonParser parser, JsonToken token, String path)
      throws IOException, MalformedReviewException {
    return switch (token) {
      case VALUE_STRING -> {
        if (parser.getTextLength() > LONGEST_FIELD) {
          throw new MalformedReviewException(
              path + " is longer than " + LONGEST_FIELD + " characters");
        }
        yield parser.getText();
      }
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
