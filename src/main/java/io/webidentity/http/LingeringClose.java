package io.webidentity.http;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;

/**
 * Ends a connection so that its client gets the last answer (RFC 9112, section 9.6): the output is
 * shut, and what the client still sends is read and discarded. To close at once would be a reset,
 * which can take the answer along.
 */
final class LingeringClose {
  private LingeringClose() {}

  /** Shuts the output behind what is written: TLS first, then the socket. */
  static void endOutput(ChannelHandlerContext ctx) {
    SslHandler tls = ctx.pipeline().get(SslHandler.class);
    if (tls == null) {
      shutOutput(ctx);
    } else {
      Future<?> _ = tls.closeOutbound().addListener(_ -> shutOutput(ctx));
    }
  }

  private static void shutOutput(ChannelHandlerContext ctx) {
    if (ctx.channel() instanceof DuplexChannel socket) {
      ChannelFuture _ = socket.shutdownOutput();
      discardMore(ctx);
    } else {
      ChannelFuture _ = ctx.close();
    }
  }

  /** Reads on, until the client ends its side; the handler releases what comes. */
  static void discardMore(ChannelHandlerContext ctx) {
    ctx.read();
  }
}
