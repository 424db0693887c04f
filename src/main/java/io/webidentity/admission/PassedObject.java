package io.webidentity.admission;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.webidentity.injection.MalformedPodException;
import io.webidentity.injection.MemoryBudget;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * An object of a request that the reader has passed by, as it did not know yet whether it matters;
 * it can be read from its place in the body, as often as need be.
 *
 * @param path where it is, such as {@code request.object}
 * @param start offset of its first byte
 * @param end offset after its last byte
 */
record PassedObject(String path, int start, int end) {
  /** Reads a part of the pod at whose START_OBJECT the parser stands. */
  interface PodPart<T> {
    T read(JsonParser parser, MemoryBudget memory) throws IOException, MalformedPodException;
  }

  /** Passes by the value at which the parser stands; null where that is {@code null}. */
  static @Nullable PassedObject of(String path, JsonParser parser) throws IOException {
    if (parser.currentToken() == JsonToken.VALUE_NULL) {
      return null;
    }
    int start = Math.toIntExact(parser.currentTokenLocation().getByteOffset());
    parser.skipChildren();
    return new PassedObject(path, start, Math.toIntExact(parser.currentLocation().getByteOffset()));
  }

  /**
   * The object, which must be there.
   *
   * @throws MalformedReviewException if it is not
   */
  static PassedObject required(String path, @Nullable PassedObject object)
      throws MalformedReviewException {
    if (object == null) {
      throw new MalformedReviewException(path + " is missing");
    }
    return object;
  }

  /**
   * Requires that an object begins here.
   *
   * @throws MalformedReviewException if it does not
   */
  static void requireObject(String path, @Nullable JsonToken token)
      throws MalformedReviewException {
    if (token != JsonToken.START_OBJECT) {
      throw new MalformedReviewException(path + " is not an object");
    }
  }

  /**
   * Reads a part of it.
   *
   * @param review the review it was passed by in
   * @throws MalformedReviewException if it is no object, or no pod
   */
  <T> T read(ReviewDocument review, PodPart<T> part) throws IOException, MalformedReviewException {
    try (JsonParser parser = review.parser(start, end)) {
      requireObject(path, parser.nextToken());
      return part.read(parser, review.memory());
    } catch (MalformedPodException e) {
      throw new MalformedReviewException(path + "." + e.getMessage(), e);
    }
  }
}
