package io.webidentity.cli.cluster;

import io.webidentity.kubernetes.ApiProblem;
import io.webidentity.watch.UnusableContentException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Asks by HTTP, with the authorities that Java trusts, and the proxy of Java's properties. */
final class OutsideClient implements Outside, AutoCloseable {
  /** For a whole answer. A person waits for it. */
  private static final Duration LIMIT = Duration.ofSeconds(5);

  /** Bytes; documents of issuers and answers of STS have a few thousand. */
  private static final int LONGEST_ANSWER = 1024 * 1024;

  private final Duration limit;
  private final HttpClient http;

  OutsideClient() {
    this(LIMIT);
  }

  /** Waits this long for an answer. */
  OutsideClient(Duration limit) {
    this.limit = limit;
    // A token goes to the server that was named, and to no other one.
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
  }

  @Override
  public Answer send(HttpRequest request) throws UnusableContentException {
    CompletableFuture<HttpResponse<String>> pending =
        http.sendAsync(
            request,
            BodyHandlers.limiting(BodyHandlers.ofString(StandardCharsets.UTF_8), LONGEST_ANSWER));
    try {
      HttpResponse<String> response = pending.get(limit.toMillis(), TimeUnit.MILLISECONDS);
      return new Answer(response.statusCode(), response.body());
    } catch (TimeoutException | ExecutionException e) {
      throw new UnusableContentException(
          "%s cannot be read: %s".formatted(request.uri(), ApiProblem.of(e)), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnusableContentException("%s was not waited for".formatted(request.uri()), e);
    } finally {
      pending.cancel(true); // Ends what is not complete, its connection included.
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
