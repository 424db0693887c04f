package io.webidentity.testing;

import io.webidentity.testing.ProxyBehaviour.Answer;
import io.webidentity.testing.ProxyBehaviour.Forward;
import io.webidentity.testing.ProxyBehaviour.Refuse;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** One client's connection to an {@link ApiServerProxy}: it carries one request. */
final class ProxiedConnection implements AutoCloseable {
  private static final int BUFFER = 16_384;

  private final ApiServerProxy proxy;
  private final Socket client;
  private volatile @Nullable Socket server;
  private volatile @Nullable RequestKind kind;

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
      case Forward _ -> forward(request, asked, in);
      case Refuse _ -> reset();
      case Answer(int status) -> answer(status);
    }
  }

  private void forward(HttpHead request, RequestKind asked, InputStream in) throws IOException {
    try (Socket upstream = proxy.connect()) {
      this.server = upstream;
      upstream.getOutputStream().write(request.alone().bytes());
      Thread.ofVirtual().start(() -> copyQuietly(in, upstream));
      InputStream answers = new BufferedInputStream(upstream.getInputStream());
      OutputStream out = client.getOutputStream();
      out.write(HttpHead.read(answers).bytes());
      byte[] buffer = new byte[BUFFER];
      for (int n = answers.read(buffer); n != -1; n = answers.read(buffer)) {
        if (asked == RequestKind.WATCH) {
          proxy.awaitWatchesFlow();
        }
        out.write(buffer, 0, n);
      }
    }
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

  private void answer(int status) throws IOException {
    String body =
        """
        {"kind":"Status","apiVersion":"v1","status":"Failure","message":"answered by a test","code":%d}\
        """
            .formatted(status);
    String head =
        """
        HTTP/1.1 %d Test
        Content-Type: application/json
        Content-Length: %d
        Connection: close

        """
            .formatted(status, body.length())
            .replace("\n", "\r\n");
    client.getOutputStream().write((head + body).getBytes(StandardCharsets.US_ASCII));
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
