package io.webidentity.testing.server;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import javax.net.ssl.SSLContext;

/** A client of a webhook on localhost, which speaks HTTP/1.1 as the API server does. */
public final class HttpsClient implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final HttpClient client;
  private final int port;

  /** Trusts what the context trusts; verifies the host name. */
  public HttpsClient(SSLContext trust, int port) {
    this.client =
        HttpClient.newBuilder().sslContext(trust).version(HttpClient.Version.HTTP_1_1).build();
    this.port = port;
  }

  /** Posts a review as the API server does. */
  public HttpResponse<String> mutate(String body) throws IOException, InterruptedException {
    return mutate(body, "application/json");
  }

  /** Posts a body with a content type. */
  public HttpResponse<String> mutate(String body, String contentType)
      throws IOException, InterruptedException {
    return send(
        HttpRequest.newBuilder(uri("/mutate"))
            .header("Content-Type", contentType)
            .POST(BodyPublishers.ofString(body)));
  }

  /** Gets a path. */
  public HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(uri(path)).GET());
  }

  /** The address of a path. */
  public URI uri(String path) {
    return URI.create("https://localhost:" + port + path);
  }

  /** The client underneath, for what the other methods do not do. */
  public HttpClient http() {
    return client;
  }

  @Override
  public void close() {
    client.close();
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return client.send(
        request.timeout(TIMEOUT).build(), BodyHandlers.ofString(StandardCharsets.UTF_8));
  }
}
