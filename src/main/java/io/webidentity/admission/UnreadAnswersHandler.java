package io.webidentity.admission;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;

/**
 * Reads nothing more from a client that does not take its answers: they would pile up, and requests
 * are quicker made than answers taken.
 */
final class UnreadAnswersHandler extends ChannelDuplexHandler {
  private boolean readHeldBack;

  @Override
  public void read(ChannelHandlerContext ctx) {
    if (ctx.channel().isWritable()) {
      ctx.read();
    } else {
      readHeldBack = true;
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (readHeldBack && ctx.channel().isWritable()) {
      readHeldBack = false;
      ctx.read();
    }
    ctx.fireChannelWritabilityChanged();
  }
}
