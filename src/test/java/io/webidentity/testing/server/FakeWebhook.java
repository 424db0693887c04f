package io.webidentity.testing.server;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Another webhook on localhost, with a certificate of its own authority, that does as told. */
public final class FakeWebhook implements AutoCloseable {
  private static final Pattern UID = Pattern.compile("\"uid\" *: *\"([^\"]*)\"");

  private final HttpsServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch released = new CountDownLatch(1);
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final TestAuthority authority = new TestAuthority();
  private volatile Behaviour behaviour = exchange -> answer(exchange, 200, "");

  /** Starts it; it answers with an empty body. */
  public FakeWebhook() throws IOException {
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(authority.serverContext("localhost")));
    server.setExecutor(threads);
    server.createContext("/mutate", this::handle);
    server.start();
  }

  /** What it does with a request whose body has been read. */
  private interface Behaviour {
    void answer(HttpExchange exchange) throws IOException;
  }

  /** Where it is. */
  public URI url() {
    return URI.create("https://localhost:" + server.getAddress().getPort() + "/mutate");
  }

  /** Writes its authority's certificate, PEM. */
  public Path writeAuthority(Path file) throws IOException {
    return Files.writeString(file, authority.pem());
  }

  /** Bodies of the reviews it was asked about. */
  public List<String> asked() {
    return List.copyOf(asked);
  }

  /** From now on it allows pods with this JSON Patch. */
  public void patch(String patch) {
    String encoded = Base64.getEncoder().encodeToString(patch.getBytes(StandardCharsets.UTF_8));
    response("\"allowed\":true,\"patchType\":\"JSONPatch\",\"patch\":\"" + encoded + "\"");
  }

  /** From now on it answers reviews with these members beside their uid. */
  public void response(String members) {
    behaviour =
        exchange ->
            answer(
                exchange,
                200,
                """
                {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","response":{"uid":"%s",%s}}\
                """
                    .formatted(uid(asked.getLast()), members));
  }

  /** From now on it answers with this status and body. */
  public void body(int status, String body) {
    behaviour = exchange -> answer(exchange, status, body);
  }

  /** From now on it answers nothing until it is closed. */
  public void hang() {
    behaviour = _ -> awaitRelease();
  }

  /** From now on it sends the first bytes of an answer, and nothing more until it is closed. */
  public void stall() {
    behaviour =
        exchange -> {
          exchange.sendResponseHeaders(200, 1_000);
          exchange.getResponseBody().write("{\"kind\":".getBytes(StandardCharsets.UTF_8));
          exchange.getResponseBody().flush();
          awaitRelease();
        };
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      asked.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
      behaviour.answer(exchange);
    }
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  private void awaitRelease() {
    try {
      released.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String uid(String review) {
    Matcher matcher = UID.matcher(review);
    if (!matcher.find()) {
      throw new AssertionError("no uid in " + review);
    }
    return matcher.group(1);
  }

  @Override
  public void close() {
    released.countDown();
    server.stop(0);
    threads.close();
  }
}
