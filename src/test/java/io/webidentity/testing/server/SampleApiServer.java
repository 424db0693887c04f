package io.webidentity.testing.server;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.webidentity.testing.cluster.Kubeconfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * As much of an API server as the webhook needs to become ready: over TLS, a list of two
 * ServiceAccounts, a watch of the first one's role, and 404 for any other account.
 */
public final class SampleApiServer implements AutoCloseable {
  /** Its one namespace. */
  public static final String NAMESPACE = "shop";

  /** Its ServiceAccount with a role. */
  public static final String WITH_ROLE = "reports";

  /** Its ServiceAccount without annotations. */
  public static final String WITHOUT_ROLE = "plain";

  private static final String ACCOUNT =
      """
      {"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"%s","namespace":"%s",
       "resourceVersion":"%d","creationTimestamp":"2020-01-01T00:00:00Z","annotations":{%s}}}\
      """;
  private final TestAuthority authority;
  private final HttpsServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Object changes = new Object();
  private String role = "arn:aws:iam::111122223333:role/reports";
  private int version = 2;

  private SampleApiServer(TestAuthority authority, HttpsServer server) {
    this.authority = authority;
    this.server = server;
  }

  /** Starts it on a free loopback port. */
  public static SampleApiServer start() throws IOException {
    TestAuthority authority = new TestAuthority();
    HttpsServer https =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    https.setHttpsConfigurator(new HttpsConfigurator(authority.serverContext("127.0.0.1")));
    SampleApiServer server = new SampleApiServer(authority, https);
    https.createContext("/", server::answer);
    https.setExecutor(server.threads);
    https.start();
    return server;
  }

  /** The user that its clients are. */
  public Kubeconfig user() {
    URI url = URI.create("https://127.0.0.1:" + server.getAddress().getPort());
    return new Kubeconfig(url, authority.pem(), "token");
  }

  /** Gives the ServiceAccount that has a role another one. */
  public void annotate(String roleArn) {
    synchronized (changes) {
      role = roleArn;
      version++;
      changes.notifyAll();
    }
  }

  /** The ServiceAccount with a role. */
  private String annotated() {
    return ACCOUNT.formatted(
        WITH_ROLE, NAMESPACE, version, "\"eks.amazonaws.com/role-arn\":\"%s\"".formatted(role));
  }

  private String list() {
    synchronized (changes) {
      return """
      {"apiVersion":"v1","kind":"ServiceAccountList","metadata":{"resourceVersion":"%d"},\
      "items":[%s,%s]}\
      """
          .formatted(version, annotated(), ACCOUNT.formatted(WITHOUT_ROLE, NAMESPACE, 1, ""));
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String query = exchange.getRequestURI().getQuery();
      boolean list = exchange.getRequestURI().getPath().equals("/api/v1/serviceaccounts");
      if (list && query != null && query.contains("watch=true")) {
        watch(exchange);
      } else if (list) {
        send(exchange, 200, list());
      } else {
        send(
            exchange,
            404,
            "{\"apiVersion\":\"v1\",\"kind\":\"Status\",\"status\":\"Failure\",\"reason\":\"NotFound\",\"code\":404}");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void watch(HttpExchange exchange) throws IOException, InterruptedException {
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, 0);
    int seen = 0;
    while (true) {
      String event;
      synchronized (changes) {
        while (seen == version) {
          changes.wait();
        }
        seen = version;
        event = "{\"type\":\"MODIFIED\",\"object\":" + annotated().replace("\n", "") + "}\n";
      }
      exchange.getResponseBody().write(event.getBytes(StandardCharsets.UTF_8));
      exchange.getResponseBody().flush();
    }
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
