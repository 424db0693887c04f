package io.webidentity.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients that send the next request before the answer: one is let through at a time. */
final class ConnectionHandlerTest {
  private final List<CloseReason> closed = new ArrayList<>();
  private final List<ByteBuf> bodies = new ArrayList<>();
  private final EmbeddedChannel channel = new EmbeddedChannel();

  @BeforeEach
  void open() {
    channel
        .pipeline()
        .addLast(
            new ConnectionHandler(channel, new OpenConnections(1, closed::add), Phase.IDLE),
            new WithoutBody());
  }

  @AfterEach
  void nothing_is_kept() {
    channel.finishAndReleaseAll();
    assertThat(bodies).allSatisfy(body -> assertThat(body.refCnt()).isZero());
  }

  @Test
  void the_next_request_goes_on_when_the_one_before_has_its_answer() {
    send("/1");
    send("/2");
    send("/3");

    for (int i = 1; i <= 3; i++) {
      assertThat(request()).isEqualTo("/" + i);
      assertThat(channel.inboundMessages()).isEmpty();
      answer(HttpResponseStatus.OK);
    }
    assertThat(channel.isOpen()).isTrue();
  }

  @Test
  void to_go_on_is_no_answer() {
    send("/1");
    send("/2");
    assertThat(request()).isEqualTo("/1");

    answer(HttpResponseStatus.CONTINUE);
    assertThat(channel.inboundMessages()).isEmpty();

    answer(HttpResponseStatus.OK);
    assertThat(request()).isEqualTo("/2");
  }

  @Test
  void an_answer_before_the_end_of_the_body_does_not_let_the_body_wait() {
    HttpRequest request = head("/1");
    request.headers().set(HttpHeaderNames.TRANSFER_ENCODING, "chunked");
    channel.writeInbound(request);
    answer(HttpResponseStatus.METHOD_NOT_ALLOWED);

    channel.writeInbound(new DefaultHttpContent(body()));
    channel.writeInbound(new DefaultLastHttpContent(body()));
    send("/2");

    assertThat(request()).isEqualTo("/1");
    assertThat(request()).isEqualTo("/2");
  }

  @Test
  void a_request_that_is_forbidden_is_answered_in_its_turn_and_the_last_one() {
    send("/1");
    HttpRequest forbidden = head("/2");
    forbidden.headers().remove(HttpHeaderNames.HOST);
    channel.writeInbound(forbidden, new DefaultLastHttpContent(body()));
    send("/3");
    assertThat(channel.outboundMessages()).isEmpty();

    channel.writeOutbound(response(HttpResponseStatus.OK));
    channel.runPendingTasks();

    assertThat(status()).isEqualTo(HttpResponseStatus.OK);
    assertThat(status()).isEqualTo(HttpResponseStatus.BAD_REQUEST);
    assertThat(request()).isEqualTo("/1");
    assertThat(channel.inboundMessages()).isEmpty();
    assertThat(closed).containsExactly(CloseReason.BAD_REQUEST);
  }

  @Test
  void a_client_that_sends_on_and_on_is_not_listened_to_for_ever() {
    send("/1");
    for (int i = 0; i < 600 && channel.isOpen(); i++) {
      send("/2");
    }

    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void a_thousand_messages_that_wait_are_answered_one_after_the_other() {
    channel.pipeline().addLast(new Responder());
    IntStream.rangeClosed(0, 500).forEach(_ -> send("/"));

    answer(HttpResponseStatus.OK);

    assertThat(channel.outboundMessages()).hasSize(500);
    channel.releaseOutbound();
  }

  /** Answers all requests but the first. */
  private static final class Responder extends SimpleChannelInboundHandler<HttpObject> {
    private int requests;

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, HttpObject message) {
      if (message instanceof LastHttpContent && requests++ > 0) {
        ChannelFuture _ = ctx.writeAndFlush(response(HttpResponseStatus.OK));
      }
    }
  }

  private void send(String path) {
    channel.writeInbound(head(path), new DefaultLastHttpContent(body()));
  }

  private static HttpRequest head(String path) {
    HttpRequest request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, path);
    request.headers().set(HttpHeaderNames.HOST, "webhook");
    return request;
  }

  private ByteBuf body() {
    ByteBuf body = Unpooled.copiedBuffer("body", StandardCharsets.UTF_8);
    bodies.add(body);
    return body;
  }

  /** The next request that went on, up to its end. */
  private String request() {
    HttpRequest request = channel.readInbound();
    assertThat(request).isNotNull();
    assertThat(channel.<Object>readInbound()).isSameAs(LastHttpContent.EMPTY_LAST_CONTENT);
    return request.uri();
  }

  private void answer(HttpResponseStatus status) {
    channel.writeOutbound(response(status));
    channel.runPendingTasks();
    assertThat(status()).isEqualTo(status);
  }

  private static FullHttpResponse response(HttpResponseStatus status) {
    return new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.EMPTY_BUFFER);
  }

  private HttpResponseStatus status() {
    FullHttpResponse response = channel.readOutbound();
    assertThat(response).isNotNull();
    response.release();
    return response.status();
  }
}
