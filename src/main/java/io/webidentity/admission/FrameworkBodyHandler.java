package io.webidentity.admission;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.util.ReferenceCountUtil;

/**
 * Counts what the framework keeps of a body that is coming in on one connection among the {@link
 * IncomingBodies}. A body that is given up ends its connection: the framework has no request to
 * answer yet.
 */
final class FrameworkBodyHandler extends ChannelDuplexHandler {
  private final MutateEndpoint endpoint;
  private final IncomingBodies.Connection held;
  private final PassedRequests passed = new PassedRequests();
  private boolean givenUp;

  FrameworkBodyHandler(MutateEndpoint endpoint) {
    this.endpoint = endpoint;
    this.held = endpoint.gate().incoming().connection();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (givenUp) {
      ReferenceCountUtil.release(message);
      return;
    }
    passed.pass(message);
    releaseIfComplete();
    ctx.fireChannelRead(message);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (!givenUp && passed.keepsBody() && ctx.channel().isActive()) {
      int request = passed.count();
      held.hold(passed.held(), () -> ctx.executor().execute(() -> giveUp(ctx, request)));
    }
    ctx.fireChannelReadComplete();
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    passed.answer(message);
    releaseIfComplete();
    ChannelFuture _ = ctx.write(message, promise);
  }

  private void releaseIfComplete() {
    if (!passed.keepsBody()) {
      held.release();
    }
  }

  private void giveUp(ChannelHandlerContext ctx, int request) {
    if (!givenUp && passed.keepsBody() && passed.count() == request) {
      givenUp = true;
      endpoint.gaveUp();
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
