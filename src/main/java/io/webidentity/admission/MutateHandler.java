package io.webidentity.admission;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * Answers {@code POST /mutate} as API servers send it before a web framework has to look at it, on
 * one connection. Routing, binding and conversions cost about as much as the decision itself
 * (docs/decisions/0011-request-path.md).
 *
 * <p>Whatever is not a request of {@link MutateRequest} goes on to the framework, and so does
 * everything while the framework owes an answer: answers leave in the order of the requests.
 */
final class MutateHandler extends ChannelDuplexHandler {
  /**
   * Messages that may wait for an answer before them, and bytes of answers that a client has not
   * taken: more than one read can bring of clients that send the next request before the answer,
   * unless they have closed their side.
   */
  private static final int MAX_WAITING = 1_000;

  private static final int MAX_UNREAD_BYTES = 4 * 1024 * 1024;

  private final MutateEndpoint endpoint;
  private final Supplier<Optional<SSLSession>> session;
  private final ConnectionMemory.Connection held;

  /** What came in while an answer is waited for; only from clients that do not wait for answers. */
  private final Queue<Object> waiting = new ArrayDeque<>(0);

  private final PassedRequests passed = new PassedRequests();

  private Stage stage = Stage.IDLE;
  private @Nullable IncomingReview incoming;

  private boolean readHeldBack;
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
    /** The body was given up; whatever comes is not wanted. */
    GIVEN_UP
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    switch (stage) {
      case IDLE -> begin(ctx, message);
      case RECEIVING -> goOn(ctx, message);
      case PENDING -> letWait(ctx, message);
      case GIVEN_UP -> ReferenceCountUtil.release(message);
    }
  }

  private void begin(ChannelHandlerContext ctx, Object message) {
    MutateRequest ours =
        passed.done() && message instanceof HttpRequest http ? MutateRequest.of(http) : null;
    if (ours == null) {
      passOn(ctx, message);
      return;
    }
    ReferenceCountUtil.release(message);
    if (ctx.channel().bytesBeforeWritable() > MAX_UNREAD_BYTES) {
      drop(ctx);
      return;
    }
    incoming = new IncomingReview(ours, ctx.alloc());
    stage = Stage.RECEIVING;
  }

  private void letWait(ChannelHandlerContext ctx, Object message) {
    if (waiting.size() < MAX_WAITING) {
      waiting.add(message);
    } else {
      ReferenceCountUtil.release(message);
      drop(ctx);
    }
  }

  private void passOn(ChannelHandlerContext ctx, Object message) {
    passed.pass(message);
    ctx.fireChannelRead(message);
  }

  private void goOn(ChannelHandlerContext ctx, Object message) {
    if (!(message instanceof HttpContent content)) {
      ctx.fireChannelRead(message);
      return;
    }
    IncomingReview review = Objects.requireNonNull(incoming);
    boolean taken = false;
    try {
      if (!content.decoderResult().isFailure()) {
        review.add(content.content());
        taken = true;
      }
    } finally {
      content.release();
      if (!taken) {
        drop(ctx);
      }
    }
    if (taken && content instanceof LastHttpContent) {
      received(ctx, review);
    }
  }

  private void received(ChannelHandlerContext ctx, IncomingReview review) {
    // Not before: a request that comes slowly must not take the place of others.
    AdmissionGate.Admission admission = endpoint.gate().enter(review.request().length());
    if (admission == null) {
      releaseBody();
      stage = Stage.IDLE;
      write(ctx, endpoint.overloaded(), endpoint.draining());
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
      write(ctx, endpoint.tooSlow(), true);
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
      write(ctx, answer, endpoint.draining());
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
    boolean more = !waiting.isEmpty();
    while (stage != Stage.PENDING && !waiting.isEmpty()) {
      channelRead(ctx, waiting.remove());
    }
    if (more) {
      channelReadComplete(ctx);
    }
    if (stage != Stage.PENDING && readHeldBack) {
      readHeldBack = false;
      ctx.read();
    }
  }

  private void write(ChannelHandlerContext ctx, Answer answer, boolean last) {
    ChannelPromise closing = closeHeldBack;
    boolean close = closing != null || last;
    ChannelFuture written = ctx.write(AnswerResponse.of(answer, close));
    flushNeeded = true;
    if (closing != null) {
      closeHeldBack = null;
      ChannelFuture _ =
          written.addListener(_ -> {
            ChannelFuture _ = ctx.close(closing);
          });
      ctx.flush();
    } else if (close) {
      ChannelFuture _ = written.addListener(ChannelFutureListener.CLOSE);
    } else {
      ChannelFuture _ = written.addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
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

  /** Nothing more is read while an answer is waited for, so that nothing piles up here. */
  @Override
  public void read(ChannelHandlerContext ctx) {
    if (stage == Stage.PENDING) {
      readHeldBack = true;
    } else {
      ctx.read();
    }
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    passed.answer(message);
    ChannelFuture _ = ctx.write(message, promise);
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
    waiting.forEach(ReferenceCountUtil::release);
    waiting.clear();
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
