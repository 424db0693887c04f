package io.webidentity.testing.cluster;

import io.webidentity.testing.cluster.ProxyBehaviour.Answer;
import io.webidentity.testing.cluster.ProxyBehaviour.Cut;
import io.webidentity.testing.cluster.ProxyBehaviour.End;
import io.webidentity.testing.cluster.ProxyBehaviour.Forward;
import io.webidentity.testing.cluster.ProxyBehaviour.Refuse;
import io.webidentity.testing.cluster.ProxyBehaviour.Trickle;
import io.webidentity.testing.cluster.ProxyBehaviour.Vanish;
import io.webidentity.testing.server.HttpHead;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** One client's connection to an {@link ApiServerProxy}: it carries one request. */
final class ProxiedConnection implements AutoCloseable {
  private static final int BUFFER = 16_384;
  private static final long MILLISECOND = 1_000_000;

  private final ApiServerProxy proxy;
  private final Socket client;
  private volatile @Nullable Socket server;
  private volatile @Nullable RequestKind kind;
  private volatile boolean frozen;
  private volatile boolean silent;

  ProxiedConnection(ApiServerProxy proxy, Socket client) {
    this.proxy = proxy;
    this.client = client;
  }

  /** What was asked for; null until the request has been read. */
  @Nullable RequestKind kind() {
    return kind;
  }

  void serve() throws IOException {
    InputStream in = new BufferedInputStream(client.getInputStream());
    HttpHead request = HttpHead.read(in);
    String[] line = request.start().split(" ", 3);
    RequestKind asked = RequestKind.of(line[0], URI.create(line[1]));
    this.kind = asked;
    proxy.received(asked);
    switch (proxy.awaitAnswering(asked)) {
      case Forward _ -> forward(request, asked, in, BUFFER, Integer.MAX_VALUE);
      case Refuse _ -> reset();
      case Vanish _ -> awaitClient(in);
      case Cut(int bytes, End end) -> {
        forward(request, asked, in, BUFFER, bytes);
        if (end == End.SILENCE) {
          silent = true;
          awaitClient(in);
        }
      }
      case Trickle(int bytesPerMillisecond) ->
          forward(request, asked, in, bytesPerMillisecond, Integer.MAX_VALUE);
      case Answer answer -> answer(answer);
    }
  }

  /** Whether the answer has begun, and will not go on. */
  boolean silent() {
    return silent;
  }

  /** Carries nothing any more in either direction, and stays open. */
  void freeze() {
    frozen = true;
  }

  /**
   * Passes the request on, and the answer back.
   *
   * @param piece bytes that are passed back at once; where that is less than a buffer, a
   *     millisecond passes between two pieces
   * @param limit bytes of the answer's body that are passed back
   */
  private void forward(HttpHead request, RequestKind asked, InputStream in, int piece, int limit)
      throws IOException {
    try (Socket upstream = proxy.connect()) {
      this.server = upstream;
      upstream.getOutputStream().write(request.alone().bytes());
      if (limit == Integer.MAX_VALUE) {
        Thread.ofVirtual().start(() -> copyQuietly(in, upstream));
      }
      InputStream answers = new BufferedInputStream(upstream.getInputStream());
      OutputStream out = client.getOutputStream();
      out.write(HttpHead.read(answers).bytes());
      byte[] buffer = new byte[piece];
      int left = limit;
      for (int n = answers.read(buffer); n != -1 && left > 0; n = answers.read(buffer)) {
        if (asked == RequestKind.WATCH) {
          proxy.awaitWatchesFlow();
        }
        if (!frozen) {
          out.write(buffer, 0, Math.min(n, left));
          left -= n;
        }
        if (piece < BUFFER) {
          LockSupport.parkNanos(MILLISECOND);
        }
      }
    }
  }

  /** Returns when the client gives up. */
  private static void awaitClient(InputStream in) throws IOException {
    in.transferTo(OutputStream.nullOutputStream());
  }

  /** The client's side: a body or WebSocket frames. Its end means that nobody reads the answer. */
  private void copyQuietly(InputStream in, Socket upstream) {
    try {
      in.transferTo(upstream.getOutputStream());
    } catch (IOException _) {
      // One of the two has gone; closing tells the other.
    }
    close();
  }

  private void answer(Answer answer) throws IOException {
    byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
    StringBuilder head = new StringBuilder("HTTP/1.1 %d Test\r\n".formatted(answer.status()));
    answer.fields().forEach((name, value) -> head.append("%s: %s\r\n".formatted(name, value)));
    head.append("Content-Length: %d\r\nConnection: close\r\n\r\n".formatted(body.length));
    OutputStream out = client.getOutputStream();
    out.write(head.toString().getBytes(StandardCharsets.US_ASCII));
    out.write(body);
  }

  private void reset() throws IOException {
    client.setSoLinger(true, 0);
  }

  @Override
  public void close() {
    for (Socket socket : new Socket[] {server, client}) {
      if (socket != null) {
        try {
          socket.close();
        } catch (IOException _) {
          // Closed is all it should be.
        }
      }
    }
  }
}
