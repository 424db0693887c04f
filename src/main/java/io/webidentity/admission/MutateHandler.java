package io.webidentity.admission;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.webidentity.admission.MutateRequest.Refusal;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * Answers {@code POST /mutate} on one connection, one request at a time. The web framework sees
 * only requests for other paths: its routing, binding and conversions cost about as much as the
 * decision itself (docs/decisions/0011-request-path.md).
 */
final class MutateHandler extends ChannelDuplexHandler {
  /** Bytes of answers that a client has not taken, beyond which it is not answered any more. */
  private static final int MAX_UNREAD_BYTES = 4 * 1024 * 1024;

  private final MutateEndpoint endpoint;
  private final Supplier<Optional<SSLSession>> session;
  private final ConnectionMemory.Connection held;

  private Stage stage = Stage.IDLE;
  private @Nullable IncomingReview incoming;

  /** Whether the connection ends with the answer to this request. */
  private boolean last;

  private boolean flushNeeded;
  private @Nullable ChannelPromise closeHeldBack;

  /**
   * Answers on one connection.
   *
   * @param session the connection's TLS session
   */
  MutateHandler(MutateEndpoint endpoint, Supplier<Optional<SSLSession>> session) {
    this.endpoint = endpoint;
    this.session = session;
    this.held = endpoint.gate().incoming().connection();
  }

  /** Where the connection is. */
  private enum Stage {
    /** No request of ours is under way. */
    IDLE,
    /** A body is coming in. */
    RECEIVING,
    /** An answer is waited for. */
    PENDING,
    /** The request has its answer, and the rest of its body is not wanted. */
    REFUSED,
    /** The connection ends; whatever comes is not wanted. */
    GIVEN_UP
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    switch (stage) {
      case IDLE -> {
        if (message instanceof HttpRequest request && MutateRequest.isMeantBy(request)) {
          ReferenceCountUtil.release(message);
          begin(ctx, request);
        } else {
          ctx.fireChannelRead(message);
        }
      }
      case RECEIVING -> goOn(ctx, (HttpContent) message);
      case REFUSED -> passOver(ctx, message);
      case PENDING, GIVEN_UP -> ReferenceCountUtil.release(message);
    }
  }

  private void begin(ChannelHandlerContext ctx, HttpRequest request) {
    if (ctx.channel().bytesBeforeWritable() > MAX_UNREAD_BYTES) {
      drop(ctx);
      return;
    }
    last = !HttpUtil.isKeepAlive(request) || request.protocolVersion().equals(HttpVersion.HTTP_1_0);
    Refusal refusal = MutateRequest.refuses(request);
    if (refusal != null) {
      refuse(ctx, refusal);
      return;
    }
    if (HttpUtil.is100ContinueExpected(request)) {
      ChannelFuture _ = ctx.writeAndFlush(AnswerResponse.goOn());
    }
    incoming = new IncomingReview(MutateRequest.of(request), ctx.alloc());
    stage = Stage.RECEIVING;
  }

  /** Answers before the body has come to its end; then the connection goes on, or ends. */
  private void refuse(ChannelHandlerContext ctx, Refusal refusal) {
    stage = Stage.REFUSED;
    last |= refusal == Refusal.LENGTH;
    write(
        ctx,
        switch (refusal) {
          case METHOD -> AnswerResponse.onlyPost();
          case EXPECTATION -> AnswerResponse.expectationFailed();
          case ENCODING -> AnswerResponse.of(endpoint.encoded());
          case LENGTH -> AnswerResponse.of(endpoint.tooLarge());
        });
  }

  private void passOver(ChannelHandlerContext ctx, Object message) {
    ReferenceCountUtil.release(message);
    if (message instanceof LastHttpContent) {
      stage = Stage.IDLE;
      if (last) {
        ctx.flush();
        ChannelFuture _ = ctx.close();
      }
    }
  }

  private void goOn(ChannelHandlerContext ctx, HttpContent content) {
    IncomingReview review = Objects.requireNonNull(incoming);
    boolean taken = false;
    boolean fits;
    try {
      fits = review.add(content.content());
      taken = true;
    } finally {
      content.release();
      if (!taken) {
        drop(ctx);
      }
    }
    if (!fits) {
      releaseBody();
      refuse(ctx, Refusal.LENGTH);
      if (content instanceof LastHttpContent) {
        passOver(ctx, LastHttpContent.EMPTY_LAST_CONTENT);
      }
    } else if (content instanceof LastHttpContent) {
      received(ctx, review);
    }
  }

  private void received(ChannelHandlerContext ctx, IncomingReview review) {
    // Not before: a request that comes slowly must not take the place of others.
    AdmissionGate.Admission admission = endpoint.gate().enter(review.bytes().length());
    if (admission == null) {
      releaseBody();
      stage = Stage.IDLE;
      write(ctx, AnswerResponse.of(endpoint.overloaded()));
      return;
    }
    incoming = null;
    held.release();
    stage = Stage.PENDING;
    ReviewUnderWay request = new ReviewUnderWay(review, admission);
    CompletableFuture<Answer> answer = request.ask(endpoint, session.get());
    if (answer.isDone()) {
      answered(ctx, request, answer.isCompletedExceptionally() ? null : answer.join());
    } else {
      CompletableFuture<Answer> _ =
          answer.whenCompleteAsync(
              (late, failure) -> answeredLate(ctx, request, late), ctx.executor());
    }
  }

  /** Others need the memory of a body that has been coming in for long. */
  private void giveUp(ChannelHandlerContext ctx, IncomingReview review) {
    if (review.equals(incoming)) {
      forget();
      stage = Stage.GIVEN_UP;
      last = true;
      write(ctx, AnswerResponse.of(endpoint.tooSlow()));
      ctx.flush();
    }
  }

  /** Without an answer, as after an error of the JVM, the connection ends. */
  private void answered(
      ChannelHandlerContext ctx, ReviewUnderWay request, @Nullable Answer answer) {
    request.end();
    if (answer == null) {
      drop(ctx);
    } else {
      stage = Stage.IDLE;
      write(ctx, AnswerResponse.of(answer));
    }
  }

  private void answeredLate(
      ChannelHandlerContext ctx, ReviewUnderWay request, @Nullable Answer answer) {
    boolean written = false;
    try {
      answered(ctx, request, answer);
      written = true;
    } finally {
      if (!written) {
        // Nobody hears of what a completed future throws.
        drop(ctx);
      }
    }
    ctx.flush();
    flushNeeded = false;
  }

  private void write(ChannelHandlerContext ctx, FullHttpResponse response) {
    ChannelPromise closing = closeHeldBack;
    last |= closing != null || endpoint.draining();
    if (last) {
      response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    }
    ChannelFuture written = ctx.write(response);
    flushNeeded = true;
    if (closing != null) {
      closeHeldBack = null;
      ChannelFuture _ =
          written.addListener(_ -> {
            ChannelFuture _ = ctx.close(closing);
          });
      ctx.flush();
    } else {
      boolean close = last && stage != Stage.REFUSED;
      ChannelFuture _ =
          written.addListener(
              close ? ChannelFutureListener.CLOSE : ChannelFutureListener.CLOSE_ON_FAILURE);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (flushNeeded) {
      flushNeeded = false;
      ctx.flush();
    }
    IncomingReview review = incoming;
    if (review != null && ctx.channel().isActive()) {
      held.hold(review.held(), () -> ctx.executor().execute(() -> giveUp(ctx, review)));
    }
    ctx.fireChannelReadComplete();
  }

  /** A server that shuts down closes connections that owe nothing; the framework cannot know. */
  @Override
  public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
    boolean owing =
        stage == Stage.PENDING
            || (stage == Stage.RECEIVING && endpoint.draining() && !promise.isVoid());
    if (owing && ctx.channel().isActive() && closeHeldBack == null) {
      closeHeldBack = promise;
    } else {
      ChannelFuture _ = ctx.close(promise);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    forget();
    ctx.fireChannelInactive();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    forget();
  }

  /** Ends the connection, whatever it is owed; nothing is taken any more. */
  private void drop(ChannelHandlerContext ctx) {
    forget();
    stage = Stage.GIVEN_UP;
    ChannelFuture _ = ctx.close();
  }

  /** What was coming in is not wanted, or not going to be complete. */
  private void forget() {
    if (stage == Stage.RECEIVING) {
      releaseBody();
      stage = Stage.IDLE;
    }
    held.release();
  }

  private void releaseBody() {
    IncomingReview review = incoming;
    if (review != null) {
      review.release();
      incoming = null;
    }
    held.release();
  }
}
