package io.webidentity.http;

import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.BitSet;
import java.util.Iterator;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What RFC 9112 asks of the head of a request, beyond what Netty's decoder requires already. */
final class RequestRules {
  /** Others are not recognized (RFC 9110, section 9.1); CONNECT is for proxies. */
  private static final Set<HttpMethod> METHODS =
      Set.of(
          HttpMethod.GET,
          HttpMethod.HEAD,
          HttpMethod.POST,
          HttpMethod.PUT,
          HttpMethod.PATCH,
          HttpMethod.DELETE,
          HttpMethod.OPTIONS,
          HttpMethod.TRACE);

  private static final String UNRESERVED =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  private static final String SUB_DELIMITERS = "!$&'()*+,;=";

  /** Characters of a request target (RFC 3986, section 3.3 and 3.4). */
  private static final BitSet TARGET = characters(UNRESERVED + SUB_DELIMITERS + "%:@/?[]");

  /** Characters of a host with a port (RFC 3986, section 3.2.2). */
  private static final BitSet HOST = characters(UNRESERVED + SUB_DELIMITERS + "%:[]");

  private RequestRules() {}

  /** Why the request must not be answered as it is; null, as almost always, if it may. */
  static @Nullable Refusal judge(HttpRequest request) {
    DecoderResult result = request.decoderResult();
    if (result.isFailure()) {
      return undecodable(result.cause());
    }
    HttpVersion version = request.protocolVersion();
    if (version.majorVersion() != 1) {
      return Refusal.of(
          HttpResponseStatus.HTTP_VERSION_NOT_SUPPORTED, "the webhook speaks HTTP/1.1 only");
    }
    if (!METHODS.contains(request.method())) {
      return Refusal.of(
          HttpResponseStatus.NOT_IMPLEMENTED, "the webhook does not know this method");
    }
    if (!isTarget(request)) {
      return Refusal.malformed("the target of the request is malformed");
    }
    return judge(request.headers(), version);
  }

  /** The same for a part of a body that the decoder could not read. */
  static Refusal undecodable(@Nullable Throwable cause) {
    if (cause instanceof TooLongHttpLineException) {
      return Refusal.of(HttpResponseStatus.REQUEST_URI_TOO_LONG, "a line is too long");
    }
    if (cause instanceof TooLongHttpHeaderException) {
      return Refusal.of(
          HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "the header fields are too large");
    }
    return Refusal.malformed("the request is not valid HTTP/1.1");
  }

  private static @Nullable Refusal judge(HttpHeaders headers, HttpVersion version) {
    Iterator<? extends CharSequence> hosts =
        headers.valueCharSequenceIterator(HttpHeaderNames.HOST);
    if (hosts.hasNext()) {
      if (!consistsOf(HOST, hosts.next()) || hosts.hasNext()) {
        return Refusal.malformed("the request must name one host");
      }
    } else if (version.minorVersion() > 0) {
      return Refusal.malformed("the request has no Host");
    }
    Iterator<? extends CharSequence> codings =
        headers.valueCharSequenceIterator(HttpHeaderNames.TRANSFER_ENCODING);
    if (codings.hasNext()
        && (!HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(codings.next())
            || codings.hasNext())) {
      return Refusal.of(
          HttpResponseStatus.NOT_IMPLEMENTED,
          "the webhook knows no transfer coding but one chunked");
    }
    return null;
  }

  /** RFC 9112, section 3.2: origin-form, absolute-form, or the asterisk of OPTIONS. */
  private static boolean isTarget(HttpRequest request) {
    String target = request.uri();
    return consistsOf(TARGET, target)
        && (target.startsWith("/")
            || target.startsWith("http://")
            || target.startsWith("https://")
            || (target.equals("*") && request.method().equals(HttpMethod.OPTIONS)));
  }

  private static boolean consistsOf(BitSet allowed, CharSequence text) {
    for (int i = 0; i < text.length(); i++) {
      if (!allowed.get(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static BitSet characters(String characters) {
    BitSet set = new BitSet();
    characters.chars().forEach(set::set);
    return set;
  }
}
