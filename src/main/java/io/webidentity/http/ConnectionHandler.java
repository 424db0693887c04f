package io.webidentity.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Watches one connection, right behind the decoder: which part of a request its client sends, and
 * since when. A request that {@link RequestRules} refuses, or one that comes too slowly, is the
 * last of its connection: nothing behind it is read.
 *
 * <p>Lets one request through at a time. While that is not answered, it holds back what comes
 * behind it and reads no more, so that answers leave in the order of the requests.
 */
final class ConnectionHandler extends ChannelDuplexHandler {
  /**
   * Messages that wait for the answer before them: more than one read brings of a client that does
   * not wait for answers.
   */
  private static final int MAX_WAITING = 1_000;

  private final Channel channel;
  private final OpenConnections connections;
  private @Nullable ChannelHandlerContext context;

  /** Written by the event loop only, as is the next one; others look for who is slow. */
  private volatile Phase phase;

  private volatile long since = System.nanoTime();

  /** More is to come of the last request. */
  private boolean receiving;

  /** The last request has no complete answer. */
  private boolean owing;

  private boolean answerBegun;
  private boolean readHeldBack;
  private final Queue<Object> waiting = new ArrayDeque<>(0);

  ConnectionHandler(Channel channel, OpenConnections connections, Phase first) {
    this.channel = channel;
    this.connections = connections;
    this.phase = first;
  }

  /** What has to be in front of the decoder: it sees the first byte of a request. */
  ChannelHandler beforeDecoder() {
    return new ChannelInboundHandlerAdapter() {
      @Override
      public void channelRead(ChannelHandlerContext ctx, Object bytes) {
        if (phase == Phase.IDLE) {
          become(Phase.HEAD);
        }
        ctx.fireChannelRead(bytes);
      }
    };
  }

  /** Takes a place among the connections; false if there is none. */
  boolean admit() {
    return connections.admit(this);
  }

  Channel channel() {
    return channel;
  }

  Phase phase() {
    return phase;
  }

  /** {@link System#nanoTime} of when the phase began. */
  long since() {
    return since;
  }

  private void become(Phase next) {
    since = System.nanoTime();
    phase = next;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslHandshakeCompletionEvent handshake && handshake.isSuccess()) {
      become(Phase.IDLE);
    }
    ctx.fireUserEventTriggered(event);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (phase == Phase.WAITING) {
      letWait(ctx, message);
    } else {
      take(ctx, message);
    }
  }

  private void letWait(ChannelHandlerContext ctx, Object message) {
    if (waiting.size() < MAX_WAITING) {
      waiting.add(message);
    } else {
      ReferenceCountUtil.release(message);
      become(Phase.LEAVING);
      ChannelFuture _ = ctx.close();
    }
  }

  private void take(ChannelHandlerContext ctx, Object message) {
    if (phase == Phase.LEAVING) {
      ReferenceCountUtil.release(message);
    } else if (message instanceof HttpRequest request) {
      begin(ctx, request);
    } else if (message instanceof HttpContent content) {
      goOn(ctx, content);
    } else {
      ctx.fireChannelRead(message);
    }
  }

  private void begin(ChannelHandlerContext ctx, HttpRequest request) {
    Refusal wrong = RequestRules.judge(request);
    if (wrong != null) {
      ReferenceCountUtil.release(request);
      refuse(ctx, wrong);
      return;
    }
    owing = true;
    receiving = true;
    become(Phase.BODY);
    ctx.fireChannelRead(request);
  }

  private void goOn(ChannelHandlerContext ctx, HttpContent content) {
    if (content.decoderResult().isFailure()) {
      Refusal wrong = RequestRules.undecodable(content.decoderResult().cause());
      content.release();
      refuse(ctx, wrong);
      return;
    }
    if (content instanceof LastHttpContent) {
      receiving = false;
      settle();
    }
    ctx.fireChannelRead(content);
  }

  /** After the last byte of a request, or of an answer. */
  private void settle() {
    if (!receiving) {
      if (owing) {
        phase = Phase.WAITING;
      } else {
        become(Phase.IDLE);
      }
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (phase == Phase.LEAVING) {
      LingeringClose.discardMore(ctx);
    }
    ctx.fireChannelReadComplete();
  }

  @Override
  public void read(ChannelHandlerContext ctx) {
    if (phase == Phase.WAITING) {
      readHeldBack = true;
    } else {
      ctx.read();
    }
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    if (phase == Phase.LEAVING) {
      ReferenceCountUtil.release(message);
      promise.trySuccess();
      return;
    }
    ChannelFuture _ = ctx.write(message, promise);
    if (message instanceof HttpResponse response) {
      if (response.status().codeClass() == HttpStatusClass.INFORMATIONAL) {
        return;
      }
      answerBegun = true;
    }
    if (message instanceof LastHttpContent) {
      answerBegun = false;
      owing = false;
      settle();
      if (!waiting.isEmpty()) {
        // Not from within an answer: a thousand requests would be a thousand calls deep.
        ctx.executor().execute(() -> takeWaiting(ctx));
      } else {
        readAgain(ctx);
      }
    }
  }

  private void takeWaiting(ChannelHandlerContext ctx) {
    while (phase != Phase.WAITING && !waiting.isEmpty()) {
      take(ctx, waiting.remove());
    }
    ctx.fireChannelReadComplete();
    if (phase != Phase.WAITING) {
      readAgain(ctx);
    }
  }

  private void readAgain(ChannelHandlerContext ctx) {
    if (readHeldBack) {
      readHeldBack = false;
      ctx.read();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    forgetWaiting();
    ctx.fireChannelInactive();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    forgetWaiting();
  }

  private void forgetWaiting() {
    waiting.forEach(ReferenceCountUtil::release);
    waiting.clear();
  }

  private void refuse(ChannelHandlerContext ctx, Refusal wrong) {
    boolean answered = receiving && !owing;
    become(Phase.LEAVING);
    connections.closed(wrong.reason());
    if (answered || answerBegun) {
      ctx.flush();
      LingeringClose.endOutput(ctx);
    } else {
      ChannelFuture _ =
          ctx.writeAndFlush(wrong.response()).addListener(_ -> LingeringClose.endOutput(ctx));
    }
  }

  /** The phase that began then has taken too long; in the event loop. */
  void expire(long then) {
    ChannelHandlerContext ctx = Objects.requireNonNull(context);
    if (since != then || !channel.isActive()) {
      return;
    }
    switch (phase) {
      case HANDSHAKE -> {
        connections.closed(CloseReason.HANDSHAKE_TIMEOUT);
        ChannelFuture _ = ctx.close();
      }
      case HEAD -> refuse(ctx, Refusal.SLOW_HEAD);
      case BODY -> refuse(ctx, Refusal.SLOW_BODY);
      case LEAVING -> {
        ChannelFuture _ = ctx.close();
      }
      case IDLE, WAITING -> {}
    }
  }

  /**
   * Closes the connection for another one, unless its client has gone on since then; in the event
   * loop.
   *
   * @return whether it is closed
   */
  boolean makeRoom(long then) {
    if (phase == Phase.WAITING || since != then) {
      return !channel.isActive();
    }
    connections.closed(CloseReason.EVICTED);
    ChannelFuture _ = Objects.requireNonNull(context).close();
    return true;
  }
}
