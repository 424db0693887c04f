package io.webidentity.shadow;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;

/** The other webhook, asked as an API server asks it. Thread-safe; waits. */
public final class OtherWebhook implements AutoCloseable {
  /** For a connection, a review and the whole answer: what an API server gives webhooks at most. */
  static final Duration LIMIT = Duration.ofSeconds(10);

  /** Largest answer taken, bytes: one with a patch is about as large as the pod. */
  static final int LONGEST_ANSWER = 2 * 1024 * 1024;

  private static final int OK = 200;

  private final URI url;
  private final Duration limit;
  private final HttpClient http;

  /**
   * @param url of the webhook; https
   * @param trust whose certificates count; names are verified
   */
  public OtherWebhook(URI url, SSLContext trust) {
    this(url, trust, LIMIT);
  }

  /** The same, with another limit of time. */
  OtherWebhook(URI url, SSLContext trust, Duration limit) {
    this.url = url;
    this.limit = limit;
    // Never by way of a proxy: it is in the cluster, and a review is a whole pod.
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .proxy(HttpClient.Builder.NO_PROXY)
            .sslContext(trust)
            .connectTimeout(limit)
            .build();
  }

  /** Where it is. */
  URI url() {
    return url;
  }

  /**
   * Its answer to a review.
   *
   * @throws UnusableAnswerException if there is none within the limits
   */
  byte[] ask(byte[] review) throws UnusableAnswerException, InterruptedException {
    try {
      return attempt(review);
    } catch (ConnectionLostException _) {
      // A connection kept from before may just have been closed there; a review can be asked again.
      try {
        return attempt(review);
      } catch (ConnectionLostException e) {
        throw new UnusableAnswerException("does not finish its answers", e);
      }
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
  }

  private byte[] attempt(byte[] review)
      throws UnusableAnswerException, ConnectionLostException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(url)
            .header("Content-Type", "application/json")
            .header("Accept", "application/json")
            .POST(BodyPublishers.ofByteArray(review))
            .build();
    CompletableFuture<HttpResponse<byte[]>> pending =
        http.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), LONGEST_ANSWER));
    try {
      HttpResponse<byte[]> response = pending.get(limit.toMillis(), TimeUnit.MILLISECONDS);
      if (response.statusCode() != OK) {
        throw new UnusableAnswerException("answers with HTTP status " + response.statusCode());
      }
      return response.body();
    } catch (TimeoutException e) {
      throw new UnusableAnswerException("does not answer in " + limit.toMillis() + " ms", e);
    } catch (ExecutionException e) {
      throw failure(Objects.requireNonNull(e.getCause()));
    } finally {
      // Without effect on what is complete; ends what is not, its connection included.
      pending.cancel(true);
    }
  }

  private static UnusableAnswerException failure(Throwable cause) throws ConnectionLostException {
    return switch (cause) {
      case ConnectException e ->
          new UnusableAnswerException("cannot be reached (connection failed)", e);
      case HttpTimeoutException e -> new UnusableAnswerException("cannot be reached (timeout)", e);
      case SSLException e -> new UnusableAnswerException("has a certificate or TLS not trusted", e);
      case IOException e when isTooLong(e) ->
          new UnusableAnswerException("answers with more than " + LONGEST_ANSWER + " bytes", e);
      case IOException e -> throw new ConnectionLostException(e);
      default -> throw new IllegalStateException(cause);
    };
  }

  /** {@link BodyHandlers#limiting} says so by a sentence only. */
  private static boolean isTooLong(IOException e) {
    return String.valueOf(e.getMessage()).contains("exceeds capacity");
  }

  /** A connection that ended before its answer. */
  private static final class ConnectionLostException extends Exception {
    private static final long serialVersionUID = 1L;

    ConnectionLostException(Throwable cause) {
      super(cause);
    }
  }
}
