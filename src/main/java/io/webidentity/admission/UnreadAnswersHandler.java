package io.webidentity.admission;

import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;

/**
 * Reads nothing more from a client that does not take its answers: they would pile up, and requests
 * are quicker made than answers taken. What all such clients together have not taken is bounded, as
 * a single answer may have megabytes: beyond that, the one that has kept us waiting for the longest
 * is given up. API servers take an answer in milliseconds.
 */
final class UnreadAnswersHandler extends ChannelDuplexHandler {
  private final ConnectionMemory.Connection held;
  private boolean readHeldBack;

  /**
   * Answers of one connection.
   *
   * @param held what it holds of the memory for answers
   */
  UnreadAnswersHandler(ConnectionMemory.Connection held) {
    this.held = held;
  }

  @Override
  public void read(ChannelHandlerContext ctx) {
    if (ctx.channel().isWritable()) {
      ctx.read();
    } else {
      readHeldBack = true;
    }
  }

  @Override
  public void flush(ChannelHandlerContext ctx) {
    ctx.flush();
    holdUntaken(ctx);
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    holdUntaken(ctx);
    if (readHeldBack && ctx.channel().isWritable()) {
      readHeldBack = false;
      ctx.read();
    }
    ctx.fireChannelWritabilityChanged();
  }

  private void holdUntaken(ChannelHandlerContext ctx) {
    Channel channel = ctx.channel();
    ChannelOutboundBuffer untaken = channel.unsafe().outboundBuffer();
    if (untaken == null || channel.isWritable()) {
      held.release();
    } else {
      held.hold(untaken.totalPendingWriteBytes(), () -> ctx.executor().execute(() -> giveUp(ctx)));
    }
  }

  private void giveUp(ChannelHandlerContext ctx) {
    if (!ctx.channel().isWritable()) {
      ChannelFuture _ = ctx.close();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    held.release();
    ctx.fireChannelInactive();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    held.release();
  }
}
