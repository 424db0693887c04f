package io.webidentity.identity.source;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;

/**
 * An instance metadata service on a loopback port that takes version 2 only: a token for whoever
 * asks with a time to live, and the identity document for whoever has that token.
 */
public final class FakeInstanceMetadata implements AutoCloseable {
  private static final String TOKEN = "AQAEALPU9A==";
  private static final int OK = 200;

  private final HttpServer server;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Deque<Integer> tokenAnswers = new ArrayDeque<>();
  private final Deque<Integer> documentAnswers = new ArrayDeque<>();
  private String token = TOKEN;
  private String document;
  private boolean hanging;
  private boolean stalling;
  private int tokensAsked;
  private int documentsAsked;

  private FakeInstanceMetadata(HttpServer server, String document) {
    this.server = server;
    this.document = document;
  }

  /** Of an instance in this region and account. */
  public static FakeInstanceMetadata of(String region, String accountId) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    FakeInstanceMetadata fake =
        new FakeInstanceMetadata(
            server,
            """
            {
              "accountId" : "%s",
              "architecture" : "x86_64",
              "availabilityZone" : "%s",
              "imageId" : "ami-0123",
              "instanceId" : "i-0123",
              "kernelId" : null,
              "privateIp" : "10.0.0.7",
              "region" : "%s",
              "version" : "2017-09-30"
            }
            """
                .formatted(accountId, region + "a", region));
    server.createContext("/", fake::answer);
    server.setExecutor(Executors.newThreadPerTaskExecutor(Thread.ofVirtual().factory()));
    server.start();
    return fake;
  }

  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** Answers requests for tokens so, one after the other, then properly. */
  synchronized void answerTokens(Integer... statuses) {
    tokenAnswers.addAll(List.of(statuses));
  }

  /** Answers requests for the document so, one after the other, then properly. */
  synchronized void answerDocuments(Integer... statuses) {
    documentAnswers.addAll(List.of(statuses));
  }

  synchronized void setToken(String token) {
    this.token = token;
  }

  synchronized void setDocument(String document) {
    this.document = document;
  }

  /** Takes requests for tokens and says nothing, as with a hop limit that is too low. */
  synchronized void hang() {
    hanging = true;
  }

  /** Begins to answer with the document and goes no further. */
  synchronized void stall() {
    stalling = true;
  }

  synchronized int tokensAsked() {
    return tokensAsked;
  }

  synchronized int documentsAsked() {
    return documentsAsked;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String asked = exchange.getRequestMethod() + " " + exchange.getRequestURI();
      switch (asked) {
        case "PUT /latest/api/token" -> answerToken(exchange);
        case "GET /latest/dynamic/instance-identity/document" -> answerDocument(exchange);
        default -> send(exchange, 404, "");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void answerToken(HttpExchange exchange) throws IOException, InterruptedException {
    String lifetime = exchange.getRequestHeaders().getFirst("X-aws-ec2-metadata-token-ttl-seconds");
    boolean hang;
    int status;
    String body;
    synchronized (this) {
      tokensAsked++;
      hang = hanging;
      status = tokenAnswers.isEmpty() ? OK : tokenAnswers.removeFirst();
      body = token;
    }
    if (hang) {
      closing.await();
      return;
    }
    boolean proper = lifetime != null && lifetime.matches("[1-9][0-9]{0,4}");
    send(exchange, proper ? status : 400, body);
  }

  private void answerDocument(HttpExchange exchange) throws IOException, InterruptedException {
    String shown = exchange.getRequestHeaders().getFirst("X-aws-ec2-metadata-token");
    boolean stall;
    int status;
    String body;
    synchronized (this) {
      documentsAsked++;
      stall = stalling;
      status = documentAnswers.isEmpty() ? OK : documentAnswers.removeFirst();
      body = document;
    }
    if (stall) {
      exchange.sendResponseHeaders(OK, body.length());
      exchange.getResponseBody().write('{');
      exchange.getResponseBody().flush();
      closing.await();
      return;
    }
    send(exchange, TOKEN.equals(shown) ? status : 401, body);
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    closing.countDown();
    server.stop(0);
  }
}
