package io.webidentity.testing.server;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/**
 * Kept connections to a webhook on localhost over TLS, a known number of them: {@link
 * java.net.http.HttpClient} opens and closes its own as it likes. Host names are verified.
 */
public final class ManyConnections implements AutoCloseable {
  private static final int MAX_ANSWER_BYTES = 1024 * 1024;

  /** More of them at a time would only wait for each other, and perhaps for too long. */
  private static final int HANDSHAKES_AT_A_TIME = 50;

  private static final long HANDSHAKE_MILLIS = 60_000;

  private final EventLoopGroup eventLoops =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final List<Connection> connections = new ArrayList<>();

  private ManyConnections() {}

  /**
   * Opens them.
   *
   * @param authority the PEM file that the server's certificate is verified by
   * @throws IOException if one of them does not come about
   */
  public static ManyConnections open(Path authority, int port, int count)
      throws IOException, InterruptedException {
    SslContext tls = SslContextBuilder.forClient().trustManager(authority.toFile()).build();
    ManyConnections many = new ManyConnections();
    try {
      for (int left = count; left > 0; left -= HANDSHAKES_AT_A_TIME) {
        many.add(tls, port, Math.min(left, HANDSHAKES_AT_A_TIME));
      }
      return many;
    } catch (IOException | InterruptedException | RuntimeException e) {
      many.close();
      throw e;
    }
  }

  private void add(SslContext tls, int port, int count) throws IOException, InterruptedException {
    Bootstrap bootstrap =
        new Bootstrap()
            .group(eventLoops)
            .channel(NioSocketChannel.class)
            .handler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    SslHandler handler = tls.newHandler(channel.alloc(), "localhost", port);
                    handler.setHandshakeTimeoutMillis(HANDSHAKE_MILLIS);
                    channel
                        .pipeline()
                        .addLast(handler)
                        .addLast(new HttpClientCodec())
                        .addLast(new HttpObjectAggregator(MAX_ANSWER_BYTES))
                        .addLast(new Connection(channel));
                  }
                });
    List<ChannelFuture> opening = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      opening.add(bootstrap.connect("localhost", port));
    }
    for (ChannelFuture connected : opening) {
      await(connected);
      await(connected.channel().pipeline().get(SslHandler.class).handshakeFuture());
      connections.add(connected.channel().pipeline().get(Connection.class));
    }
  }

  private static void await(Future<?> step) throws IOException, InterruptedException {
    if (!step.await().isSuccess()) {
      throw new IOException("a connection was not made", step.cause());
    }
  }

  /** How many there are. */
  public int count() {
    return connections.size();
  }

  /**
   * Posts a review on a connection as API servers do, its length in the head. The answer fails if
   * the connection ends first.
   */
  public CompletableFuture<Answer> mutate(int connection, byte[] review) {
    return mutate(connection, review, review.length);
  }

  /** Announces a review of this many bytes, and sends only the beginning. */
  public CompletableFuture<Answer> mutate(int connection, byte[] beginning, int announced) {
    FullHttpRequest request = request(beginning);
    request.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, announced);
    return connections.get(connection).send(request);
  }

  /** The same in chunks. */
  public CompletableFuture<Answer> mutateInChunks(int connection, byte[] review) {
    FullHttpRequest request = request(review);
    request.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
    return connections.get(connection).send(request);
  }

  private static FullHttpRequest request(byte[] review) {
    FullHttpRequest request =
        new DefaultFullHttpRequest(
            HttpVersion.HTTP_1_1, HttpMethod.POST, "/mutate", Unpooled.wrappedBuffer(review));
    request
        .headers()
        .set(HttpHeaderNames.HOST, "localhost")
        .set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON);
    return request;
  }

  /** Closes all of them. */
  @Override
  public void close() {
    Future<?> _ = eventLoops.shutdownGracefully(0, 10, TimeUnit.SECONDS);
  }

  /**
   * What was answered.
   *
   * @param retryAfter the header of this name
   */
  public record Answer(int status, Optional<String> retryAfter, String body) {
    private static Answer of(FullHttpResponse response) {
      return new Answer(
          response.status().code(),
          Optional.ofNullable(response.headers().get(HttpHeaderNames.RETRY_AFTER)),
          response.content().toString(StandardCharsets.UTF_8));
    }
  }

  /** Gives each answer to the request that it is for: the one that has waited longest. */
  private static final class Connection extends SimpleChannelInboundHandler<FullHttpResponse> {
    private final Channel channel;
    private final Queue<CompletableFuture<Answer>> waiting = new ConcurrentLinkedQueue<>();

    Connection(Channel channel) {
      this.channel = channel;
    }

    CompletableFuture<Answer> send(FullHttpRequest request) {
      CompletableFuture<Answer> answer = new CompletableFuture<>();
      waiting.add(answer);
      ChannelFuture _ =
          channel
              .writeAndFlush(request)
              .addListener(written -> {
                if (!written.isSuccess()) {
                  answer.completeExceptionally(written.cause());
                }
              });
      return answer;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpResponse response) {
      waiting.remove().complete(Answer.of(response));
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      IOException closed = new IOException("the connection was closed");
      waiting.forEach(answer -> answer.completeExceptionally(closed));
      context.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      waiting.forEach(answer -> answer.completeExceptionally(cause));
      ChannelFuture _ = context.close();
    }
  }
}
