package io.webidentity.warmup;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.ssl.SslContext;
import io.webidentity.secret.SecretText;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * One connection to a port of this process, over TLS, on which one request is asked after the
 * other. It uses the server's own threads and the same TLS library: nothing more is loaded for it
 * than the client's half of both.
 */
final class LoopbackClient implements AutoCloseable {
  /** Answers are smaller by far. */
  private static final int MAX_ANSWER_BYTES = 1024 * 1024;

  private static final int CLOSED = 0;

  private final Channel channel;
  private final BlockingQueue<Integer> statuses;

  private LoopbackClient(Channel channel, BlockingQueue<Integer> statuses) {
    this.channel = channel;
    this.statuses = statuses;
  }

  /**
   * Connects.
   *
   * @throws IOException if the port cannot be reached in time
   */
  static LoopbackClient connect(Transport transport, SslContext tls, int port, long timeoutMillis)
      throws IOException, InterruptedException {
    BlockingQueue<Integer> statuses = new LinkedBlockingQueue<>();
    ChannelFuture connecting =
        new Bootstrap()
            .group(transport.eventLoops())
            .channel(transport.channel())
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, Math.toIntExact(timeoutMillis))
            .handler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel
                        .pipeline()
                        .addLast(tls.newHandler(channel.alloc()))
                        .addLast(new HttpClientCodec())
                        .addLast(new HttpObjectAggregator(MAX_ANSWER_BYTES))
                        .addLast(new Answers(statuses));
                  }
                })
            .connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
            .await();
    if (!connecting.isSuccess()) {
      throw new IOException(String.valueOf(connecting.cause()));
    }
    return new LoopbackClient(connecting.channel(), statuses);
  }

  /**
   * Posts a body and waits for the answer.
   *
   * @return the status
   * @throws SocketTimeoutException if there is none in time
   * @throws IOException if there will be none
   */
  int post(String path, SecretText contentType, byte[] body, long timeoutMillis)
      throws IOException, InterruptedException {
    FullHttpRequest request =
        new DefaultFullHttpRequest(
            HttpVersion.HTTP_1_1, HttpMethod.POST, path, Unpooled.wrappedBuffer(body));
    request
        .headers()
        .set(HttpHeaderNames.HOST, "localhost")
        .set(HttpHeaderNames.CONTENT_TYPE, contentType.exposeSecret())
        .set(HttpHeaderNames.CONTENT_LENGTH, body.length);
    ChannelFuture _ = channel.writeAndFlush(request);
    Integer status = statuses.poll(timeoutMillis, TimeUnit.MILLISECONDS);
    if (status == null) {
      throw new SocketTimeoutException("no answer in time");
    }
    if (status == CLOSED) {
      throw new IOException("the connection was closed");
    }
    return status;
  }

  @Override
  public void close() {
    ChannelFuture _ = channel.close();
  }

  /** Hands on the status of each answer, and that there will be no more of them. */
  private static final class Answers extends SimpleChannelInboundHandler<FullHttpResponse> {
    private final BlockingQueue<Integer> statuses;

    Answers(BlockingQueue<Integer> statuses) {
      this.statuses = statuses;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpResponse answer) {
      statuses.add(answer.status().code());
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      statuses.add(CLOSED);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      ChannelFuture _ = context.close(); // Whoever waits learns it by channelInactive.
    }
  }
}
