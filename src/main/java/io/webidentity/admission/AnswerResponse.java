package io.webidentity.admission;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.AsciiString;
import io.webidentity.admission.Answer.Failure;
import io.webidentity.injection.Reason;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Answers in HTTP/1.1. */
final class AnswerResponse {
  private static final AsciiString JSON = AsciiString.cached("application/json");
  private static final AsciiString TEXT = AsciiString.cached("text/plain");
  private static final AsciiString RETRY_AFTER_SECONDS = AsciiString.cached("1");

  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private static volatile Now now = Now.at(0);

  private AnswerResponse() {}

  /** The response of an answer. */
  static FullHttpResponse of(Answer answer) {
    return switch (answer) {
      case Answer.Reviewed(Reason _, byte[] json) -> of(HttpResponseStatus.OK, JSON, json);
      case Answer.Unchanged(byte[] json) -> of(HttpResponseStatus.OK, JSON, json);
      case Answer.Refused(Reason _, Failure failure, String message) -> {
        FullHttpResponse refusal = of(HttpResponseStatus.valueOf(failure.status()), message);
        if (failure == Failure.UNAVAILABLE) {
          refusal.headers().set(HttpHeaderNames.RETRY_AFTER, RETRY_AFTER_SECONDS);
        }
        yield refusal;
      }
    };
  }

  /** Another method than POST (RFC 9110, section 15.5.6). */
  static FullHttpResponse onlyPost() {
    FullHttpResponse refusal =
        of(HttpResponseStatus.METHOD_NOT_ALLOWED, "this path takes no method but POST");
    refusal.headers().set(HttpHeaderNames.ALLOW, HttpMethod.POST.name());
    return refusal;
  }

  /** An Expect of something else than 100-continue (RFC 9110, section 15.5.18). */
  static FullHttpResponse expectationFailed() {
    return of(
        HttpResponseStatus.EXPECTATION_FAILED, "the webhook meets no expectation but 100-continue");
  }

  /** Lets a client that waits for it send the body (RFC 9110, section 10.1.1). */
  static FullHttpResponse goOn() {
    return new DefaultFullHttpResponse(
        HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER);
  }

  private static FullHttpResponse of(HttpResponseStatus status, String message) {
    return of(status, TEXT, (message + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private static FullHttpResponse of(HttpResponseStatus status, AsciiString type, byte[] body) {
    ByteBuf content = Unpooled.wrappedBuffer(body);
    FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, content);
    HttpHeaders headers = response.headers();
    headers.set(HttpHeaderNames.DATE, date());
    headers.set(HttpHeaderNames.CONTENT_TYPE, type);
    headers.setInt(HttpHeaderNames.CONTENT_LENGTH, body.length);
    return response;
  }

  /** RFC 9110, section 6.6.1; made once a second. */
  private static AsciiString date() {
    long second = TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis());
    Now current = now;
    if (current.second() != second) {
      current = Now.at(second);
      now = current;
    }
    return current.text();
  }

  private record Now(long second, AsciiString text) {
    static Now at(long second) {
      return new Now(second, AsciiString.of(DATE.format(Instant.ofEpochSecond(second))));
    }
  }
}
