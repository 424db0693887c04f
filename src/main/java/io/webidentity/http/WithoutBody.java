package io.webidentity.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Takes the bodies away from requests to the web framework. Nothing that the framework answers has
 * a use for one, and it would keep them in memory that nobody bounds. The framework gets a request
 * when its body has ended: one with a malformed body is none.
 */
final class WithoutBody extends ChannelInboundHandlerAdapter {
  private @Nullable HttpRequest head;

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    switch (message) {
      case HttpRequest request -> head = request;
      case HttpContent content -> {
        content.release();
        if (content instanceof LastHttpContent) {
          ctx.fireChannelRead(Objects.requireNonNull(head));
          ctx.fireChannelRead(LastHttpContent.EMPTY_LAST_CONTENT);
          head = null;
        }
      }
      default -> ctx.fireChannelRead(message);
    }
  }
}
