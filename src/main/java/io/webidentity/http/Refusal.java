package io.webidentity.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;

/**
 * The last answer on a connection.
 *
 * @param sentence what the client has to change
 * @param reason what the connection counts as
 */
record Refusal(HttpResponseStatus status, String sentence, CloseReason reason) {
  static final Refusal SLOW_HEAD =
      new Refusal(
          HttpResponseStatus.REQUEST_TIMEOUT,
          "the head of the request came too slowly",
          CloseReason.HEAD_TIMEOUT);
  static final Refusal SLOW_BODY =
      new Refusal(
          HttpResponseStatus.REQUEST_TIMEOUT,
          "the body of the request came too slowly",
          CloseReason.BODY_TIMEOUT);

  static Refusal of(HttpResponseStatus status, String sentence) {
    return new Refusal(status, sentence, CloseReason.BAD_REQUEST);
  }

  static Refusal malformed(String sentence) {
    return of(HttpResponseStatus.BAD_REQUEST, sentence);
  }

  FullHttpResponse response() {
    ByteBuf text = Unpooled.copiedBuffer(sentence + "\n", StandardCharsets.UTF_8);
    FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, text);
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.TEXT_PLAIN)
        .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE)
        .setInt(HttpHeaderNames.CONTENT_LENGTH, text.readableBytes());
    return response;
  }
}
