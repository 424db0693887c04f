package io.webidentity.admission;

import java.util.Arrays;

/**
 * A request's body: a part of an array that may have other content once the request was handed
 * over, as connections take turns with it.
 *
 * @param array holds the body
 * @param offset of its first byte
 * @param length bytes
 */
@SuppressWarnings("ArrayRecordComponent") // Read where it lies, never compared.
public record ReviewBytes(byte[] array, int offset, int length) {
  /** A body that is a whole array. */
  public static ReviewBytes of(byte[] body) {
    return new ReviewBytes(body, 0, body.length);
  }

  /** The body in an array of its own. */
  public byte[] copy() {
    return Arrays.copyOfRange(array, offset, offset + length);
  }
}
