package io.webidentity.admission;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
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
  private final MutateEndpoint endpoint;
  private final Supplier<Optional<SSLSession>> session;

  /** What came in while an answer is waited for; only from clients that do not wait for answers. */
  private final Queue<Object> waiting = new ArrayDeque<>(0);

  private Stage stage = Stage.IDLE;
  private @Nullable MutateRequest request;
  private @Nullable CompositeByteBuf body;

  /** Requests that the framework has not answered yet. */
  private int passedOn;

  /** Whether the rest of a request goes to the framework, where its beginning went. */
  private boolean passing;

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
  }

  /** Where the connection is. */
  private enum Stage {
    /** No request of ours is under way. */
    IDLE,
    /** A body is coming in. */
    RECEIVING,
    /** An answer is waited for. */
    PENDING
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    switch (stage) {
      case IDLE -> begin(ctx, message);
      case RECEIVING -> goOn(ctx, message);
      case PENDING -> waiting.add(message);
    }
  }

  private void begin(ChannelHandlerContext ctx, Object message) {
    MutateRequest ours =
        !passing && passedOn == 0 && message instanceof HttpRequest http
            ? MutateRequest.of(http)
            : null;
    if (ours == null) {
      passOn(ctx, message);
      return;
    }
    request = ours;
    // What has come in, and no more: a client that announces a body may never send it.
    body = ctx.alloc().compositeBuffer(Integer.MAX_VALUE);
    stage = Stage.RECEIVING;
    ReferenceCountUtil.release(message);
  }

  private void passOn(ChannelHandlerContext ctx, Object message) {
    if (message instanceof HttpRequest) {
      passedOn++;
      passing = true;
    }
    if (message instanceof LastHttpContent) {
      passing = false;
    }
    ctx.fireChannelRead(message);
  }

  private void goOn(ChannelHandlerContext ctx, Object message) {
    if (!(message instanceof HttpContent content)) {
      ctx.fireChannelRead(message);
      return;
    }
    CompositeByteBuf received = body;
    if (received == null || content.decoderResult().isFailure()) {
      content.release();
      forget();
      ChannelFuture _ = ctx.close();
      return;
    }
    boolean last = content instanceof LastHttpContent;
    received.addComponent(true, content.content());
    if (last) {
      received(ctx);
    }
  }

  private void received(ChannelHandlerContext ctx) {
    MutateRequest complete = Objects.requireNonNull(request);
    if (!endpoint.gate().enter(complete.length())) {
      forget();
      write(ctx, endpoint.overloaded());
      return;
    }
    // Not before: a request that comes slowly must not take the place of others.
    stage = Stage.PENDING;
    CompletableFuture<Answer> answer = answer(ctx, complete);
    if (answer.isDone()) {
      answered(ctx, complete, answer.join());
    } else {
      CompletableFuture<Void> _ =
          answer.thenAcceptAsync(late -> answeredLate(ctx, complete, late), ctx.executor());
    }
  }

  private CompletableFuture<Answer> answer(ChannelHandlerContext ctx, MutateRequest complete) {
    ByteBuf bytes = ctx.alloc().heapBuffer(complete.length(), complete.length());
    try {
      bytes.writeBytes(Objects.requireNonNull(body));
      releaseBody();
      return endpoint
          .answer(
              complete.contentType(),
              session.get(),
              new ReviewBytes(
                  bytes.array(), bytes.arrayOffset() + bytes.readerIndex(), bytes.readableBytes()))
          .toCompletableFuture();
    } finally {
      bytes.release();
    }
  }

  private void answered(ChannelHandlerContext ctx, MutateRequest answered, Answer answer) {
    endpoint.gate().leave(answered.length());
    request = null;
    stage = Stage.IDLE;
    write(ctx, answer);
  }

  private void answeredLate(ChannelHandlerContext ctx, MutateRequest answered, Answer answer) {
    answered(ctx, answered, answer);
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

  private void write(ChannelHandlerContext ctx, Answer answer) {
    ChannelPromise closing = closeHeldBack;
    boolean close = closing != null || endpoint.draining();
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
    if (message instanceof LastHttpContent && passedOn > 0 && !isInformational(message)) {
      passedOn--;
    }
    ChannelFuture _ = ctx.write(message, promise);
  }

  /** 100 (Continue) comes before the answer. */
  private static boolean isInformational(Object message) {
    return message instanceof HttpResponse response
        && response.status().codeClass() == HttpStatusClass.INFORMATIONAL
        && response.status().code() != HttpResponseStatus.SWITCHING_PROTOCOLS.code();
  }

  /** A server that shuts down closes connections that owe nothing; the framework cannot know. */
  @Override
  public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
    boolean owing =
        stage == Stage.PENDING || (stage != Stage.IDLE && endpoint.draining() && !promise.isVoid());
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

  /** What was coming in is not wanted, or not going to be complete. */
  private void forget() {
    if (stage == Stage.RECEIVING) {
      releaseBody();
      request = null;
      stage = Stage.IDLE;
    }
    waiting.forEach(ReferenceCountUtil::release);
    waiting.clear();
  }

  private void releaseBody() {
    CompositeByteBuf received = body;
    if (received != null) {
      received.release();
      body = null;
    }
  }
}
