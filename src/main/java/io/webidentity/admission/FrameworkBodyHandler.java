package io.webidentity.admission;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpContent;
import io.netty.util.ReferenceCountUtil;

/**
 * Bounds what the framework has to keep for one connection: counts a body that is coming in among
 * the {@link ConnectionMemory}, and the requests without an answer. Beyond that the connection
 * ends: the framework has nothing that it could answer yet.
 */
final class FrameworkBodyHandler extends ChannelDuplexHandler {
  /** More requests than anybody sends who waits for answers: what they cost is not bounded else. */
  private static final int MAX_UNANSWERED = 16;

  private final MutateEndpoint endpoint;
  private final ConnectionMemory.Connection held;
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
    if (passed.unanswered() > MAX_UNANSWERED) {
      ReferenceCountUtil.release(message);
      end(ctx);
      return;
    }
    ctx.fireChannelRead(message instanceof HttpContent part ? alone(ctx, part) : message);
  }

  /** The part in a buffer of its own: the framework would keep all that was read with it. */
  private static HttpContent alone(ChannelHandlerContext ctx, HttpContent part) {
    ByteBuf content = part.content();
    if (!content.isReadable() || part.decoderResult().isFailure()) {
      return part;
    }
    try {
      return part.replace(ctx.alloc().buffer(content.readableBytes()).writeBytes(content));
    } finally {
      part.release();
    }
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
      end(ctx);
    }
  }

  private void end(ChannelHandlerContext ctx) {
    givenUp = true;
    held.release();
    endpoint.gaveUp();
    ChannelFuture _ = ctx.close();
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
