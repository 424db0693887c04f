package io.webidentity.admission;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import org.jspecify.annotations.Nullable;

/**
 * The head of a request for {@code /mutate} (RFC 9110, RFC 9112).
 *
 * @param contentType with its parameters; null without one
 * @param length of the body, bytes; the longest accepted for a body in chunks
 */
record MutateRequest(@Nullable String contentType, int length) {
  /** Whether a request is for this path. API servers add {@code ?timeout=10s}. */
  static boolean isMeantBy(HttpRequest request) {
    String target = request.uri();
    int path = target.startsWith("/") ? 0 : afterAuthority(target);
    int end = path + MutateEndpoint.PATH.length();
    return target.startsWith(MutateEndpoint.PATH, path)
        && (target.length() == end || target.charAt(end) == '?');
  }

  /** Where the path begins in the absolute form (RFC 9112, section 3.2.2). */
  private static int afterAuthority(String target) {
    int path = target.indexOf('/', target.indexOf("//") + 2);
    return path < 0 ? target.length() : path;
  }

  /** Why a request is refused before its body. */
  enum Refusal {
    /** It is not POST. */
    METHOD,
    /** It expects something else than 100 (Continue). */
    EXPECTATION,
    /** Its body is compressed, or encoded otherwise. */
    ENCODING,
    /** Its body is longer than any that is read. */
    LENGTH
  }

  /** Why the body is not wanted; null if it is. */
  static @Nullable Refusal refuses(HttpRequest request) {
    if (!request.method().equals(HttpMethod.POST)) {
      return Refusal.METHOD;
    }
    if (request.headers().contains(HttpHeaderNames.EXPECT)
        && request.protocolVersion().equals(HttpVersion.HTTP_1_1)
        && !HttpUtil.is100ContinueExpected(request)) {
      return Refusal.EXPECTATION;
    }
    if (request.headers().contains(HttpHeaderNames.CONTENT_ENCODING)) {
      return Refusal.ENCODING;
    }
    return HttpUtil.getContentLength(request, 0L) > MutateEndpoint.MAX_BODY_BYTES
        ? Refusal.LENGTH
        : null;
  }

  /** What is to come of a request that is not refused. */
  static MutateRequest of(HttpRequest request) {
    long length =
        HttpUtil.isTransferEncodingChunked(request)
            ? MutateEndpoint.MAX_BODY_BYTES
            : HttpUtil.getContentLength(request, 0L);
    return new MutateRequest(
        request.headers().get(HttpHeaderNames.CONTENT_TYPE), Math.toIntExact(length));
  }
}
