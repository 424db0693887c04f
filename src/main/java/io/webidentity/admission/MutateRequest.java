package io.webidentity.admission;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import org.jspecify.annotations.Nullable;

/**
 * A review's request as API servers send it: HTTP/1.1, a body of known length, on a connection that
 * is kept (RFC 9112).
 *
 * @param contentType with its parameters
 * @param length of the body, bytes
 */
record MutateRequest(@Nullable String contentType, int length) {
  private static final int NOT_A_LENGTH = -1;
  private static final int DECIMAL = 10;

  /** Digits of the longest length that is taken. */
  private static final int LONGEST = Integer.toString(MutateEndpoint.MAX_BODY_BYTES).length();

  /** The request, if it is such a one; null if it is for somebody who knows all of HTTP. */
  static @Nullable MutateRequest of(HttpRequest request) {
    if (!request.decoderResult().isSuccess()
        || !request.method().equals(HttpMethod.POST)
        || !isPath(request.uri())
        || !request.protocolVersion().equals(HttpVersion.HTTP_1_1)) {
      return null;
    }
    HttpHeaders headers = request.headers();
    if (headers.contains(HttpHeaderNames.TRANSFER_ENCODING)
        || headers.contains(HttpHeaderNames.CONTENT_ENCODING)
        || headers.contains(HttpHeaderNames.EXPECT)
        || headers.contains(HttpHeaderNames.CONNECTION)
        || headers.contains(HttpHeaderNames.UPGRADE)) {
      return null;
    }
    int length = length(headers.get(HttpHeaderNames.CONTENT_LENGTH));
    return length == NOT_A_LENGTH
        ? null
        : new MutateRequest(headers.get(HttpHeaderNames.CONTENT_TYPE), length);
  }

  /** API servers add {@code ?timeout=10s}. */
  private static boolean isPath(String uri) {
    return uri.startsWith(MutateEndpoint.PATH)
        && (uri.length() == MutateEndpoint.PATH.length()
            || uri.charAt(MutateEndpoint.PATH.length()) == '?');
  }

  private static int length(@Nullable String digits) {
    if (digits == null || digits.isEmpty() || digits.length() > LONGEST) {
      return NOT_A_LENGTH;
    }
    int length = 0;
    for (int i = 0; i < digits.length(); i++) {
      char digit = digits.charAt(i);
      if (digit < '0' || digit > '9') {
        return NOT_A_LENGTH;
      }
      length = length * DECIMAL + (digit - '0');
    }
    return length > 0 && length <= MutateEndpoint.MAX_BODY_BYTES ? length : NOT_A_LENGTH;
  }
}
