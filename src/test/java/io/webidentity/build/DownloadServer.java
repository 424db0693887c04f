package io.webidentity.build;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Stands in for the makers' download servers: serves one file, in the ways that a test names. */
final class DownloadServer implements AutoCloseable {
  /** How one request is answered. */
  enum Answer {
    /** What is asked for, from the byte on that the client has not. */
    REST,
    /** Everything, whatever the client has. */
    ALL_AGAIN,
    /** Half of what is asked for; then the connection ends. */
    HALF,
    NOT_FOUND,
    UNAVAILABLE
  }

  private final HttpServer server;
  private final Path file;
  private final LinkedBlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final CountDownLatch held;

  private DownloadServer(HttpServer server, Path file, CountDownLatch held) {
    this.server = server;
    this.file = file;
    this.held = held;
  }

  /**
   * Starts a server.
   *
   * @param answers to the first requests, in their order; later ones get {@link Answer#REST}
   */
  static DownloadServer start(Path file, Answer... answers) throws IOException {
    return start(file, new CountDownLatch(0), answers);
  }

  /** Starts a server that answers nothing until the latch is open. */
  static DownloadServer start(Path file, CountDownLatch held, Answer... answers)
      throws IOException {
    HttpServer http =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    DownloadServer server = new DownloadServer(http, file, held);
    server.answers.addAll(Arrays.asList(answers));
    http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    http.createContext("/", server::answer);
    http.start();
    return server;
  }

  /** The URL of the folder that has the file. */
  String folder() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/mirror";
  }

  /** Path and Range header of each request so far. */
  List<String> requests() {
    return List.copyOf(requests);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String range = exchange.getRequestHeaders().getFirst("Range");
    requests.add(exchange.getRequestURI().getPath() + (range == null ? "" : " " + range));
    awaitRelease();
    Answer answer = answers.isEmpty() ? Answer.REST : answers.remove();
    try (exchange) {
      switch (answer) {
        case NOT_FOUND -> exchange.sendResponseHeaders(404, -1);
        case UNAVAILABLE -> exchange.sendResponseHeaders(503, -1);
        case ALL_AGAIN, REST, HALF ->
            send(exchange, answer, answer == Answer.ALL_AGAIN ? null : range);
      }
    }
  }

  private void awaitRelease() {
    try {
      if (!held.await(1, TimeUnit.MINUTES)) {
        throw new IllegalStateException("The test never released the answer");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private void send(HttpExchange exchange, Answer answer, @Nullable String range)
      throws IOException {
    byte[] content = Files.readAllBytes(file);
    int from = range == null ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
    if (range != null) {
      exchange
          .getResponseHeaders()
          .set(
              "Content-Range",
              "bytes %d-%d/%d".formatted(from, content.length - 1, content.length));
    }
    int length = content.length - from;
    exchange.sendResponseHeaders(range == null ? 200 : 206, length);
    exchange.getResponseBody().write(content, from, answer == Answer.HALF ? length / 2 : length);
    exchange.getResponseBody().flush();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
