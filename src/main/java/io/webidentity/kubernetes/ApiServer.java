package io.webidentity.kubernetes;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.internal.OperationSupport;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.webidentity.config.AccountSourceSettings;
import io.webidentity.watch.Threads;
import io.webidentity.watch.UnusableContentException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The API server, for requests that read. Each is made once; who asks decides about a retry.
 *
 * <p>{@link #renew} replaces the client and its threads: by one that reads the cluster's CA
 * certificate and the kubeconfig again, and that no Error of the JVM has hit. Thread-safe.
 */
final class ApiServer implements AutoCloseable {
  /** Between two clients: making one costs more than a request. */
  private static final Duration RENEWAL_PAUSE = Duration.ofSeconds(10);

  /** For the head of an answer, beyond its own timeout, should the client's threads be dead. */
  private static final Duration GRACE = Duration.ofSeconds(1);

  private static final Logger log = LoggerFactory.getLogger(ApiServer.class);

  private final AccountSourceSettings.Cluster settings;
  private final PodCredentials pod;
  private final LongSupplier nanoTime;
  private @Nullable KubernetesClient client;
  private long connectedNanos;
  private volatile String url = "";
  private boolean closed;
  private volatile @Nullable Throwable lost;

  /**
   * Not connected.
   *
   * @param nanoTime measures ages
   */
  ApiServer(AccountSourceSettings.Cluster settings, PodCredentials pod, LongSupplier nanoTime) {
    this.settings = settings;
    this.pod = pod;
    this.nanoTime = nanoTime;
  }

  /**
   * Makes a client. Whether the API server can be reached shows later.
   *
   * @throws UnusableContentException if the settings name no API server, or credentials that cannot
   *     be used
   */
  synchronized void connect() throws UnusableContentException {
    KubernetesClient made =
        ApiClients.connect(
            settings, pod, builder -> builder.withTaskExecutorSupplier(new ClientThreads(this)));
    KubernetesClient old = client;
    lost = null;
    client = made;
    url = made.getMasterUrl().toString();
    connectedNanos = nanoTime.getAsLong();
    if (old != null) {
      old.close(); // Who still has a request with it gets a failure, and makes it again.
    }
  }

  /** Replaces the client, unless it is new. If that fails, the old one stays, and this is false. */
  synchronized boolean renew() {
    if (closed || nanoTime.getAsLong() - connectedNanos < RENEWAL_PAUSE.toNanos()) {
      return false;
    }
    try {
      connect();
      return true;
    } catch (UnusableContentException e) {
      connectedNanos = nanoTime.getAsLong();
      log.warn("The webhook keeps its connection to the API server: {}", e.getMessage());
      return false;
    }
  }

  /**
   * What a thread of the client's let out, and with it perhaps a part of an answer; null if
   * nothing. The client tells only the thread's handler.
   */
  @Nullable Throwable lost() {
    return lost;
  }

  /**
   * Asks for something that ends.
   *
   * @param path path and query, below the API server's URL
   * @param timeout how long the answer may take, its body included
   * @throws KubernetesClientException if there is no answer, or none of success; with the status
   */
  AnswerStream get(String path, Duration timeout) throws InterruptedIOException {
    return send(path, Optional.empty(), timeout, false);
  }

  /**
   * Sends an object.
   *
   * @param method {@code POST} or {@code PUT}
   * @param json the object
   * @param timeout how long the answer may take, its body included
   * @throws KubernetesClientException as for {@link #get}
   */
  AnswerStream write(String method, String path, String json, Duration timeout)
      throws InterruptedIOException {
    return send(path, Optional.of(new Body(method, json)), timeout, false);
  }

  /**
   * Asks for something that does not end.
   *
   * @param head how long the head of the answer may take
   * @throws KubernetesClientException as for {@link #get}
   */
  AnswerStream stream(String path, Duration head) throws InterruptedIOException {
    return send(path, Optional.empty(), head, true);
  }

  /** A failure in a few words, with the API server's address. */
  String problem(Throwable failure) {
    return url.isEmpty() ? ApiProblem.of(failure) : url + ": " + ApiProblem.of(failure);
  }

  private synchronized KubernetesClient client() {
    if (client == null || closed) {
      throw new KubernetesClientException("the webhook is not connected to an API server");
    }
    return client;
  }

  /** What is sent, and how. */
  private record Body(String method, String json) {}

  private AnswerStream send(String path, Optional<Body> body, Duration timeout, boolean endless)
      throws InterruptedIOException {
    @SuppressWarnings("resource") // A view.
    KubernetesClient once = ApiClients.once(client(), timeout);
    HttpClient http = once.getHttpClient();
    String base = once.getMasterUrl().toString().replaceFirst("/$", "");
    HttpRequest.Builder request =
        http.newHttpRequestBuilder()
            .uri(base + path)
            .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS);
    body.ifPresent(sent -> request.method(sent.method(), "application/json", sent.json()));
    AnswerStream answer = new AnswerStream(timeout);
    CompletableFuture<HttpResponse<AsyncBody>> sent =
        http.consumeBytes((endless ? request.forStreaming() : request).build(), answer);
    HttpResponse<AsyncBody> response = head(sent, timeout);
    answer.begin(response.body());
    if (!response.isSuccessful()) {
      throw refusal(response, answer);
    }
    return answer;
  }

  private static HttpResponse<AsyncBody> head(
      CompletableFuture<HttpResponse<AsyncBody>> sent, Duration timeout)
      throws InterruptedIOException {
    try {
      return sent.get(timeout.plus(GRACE).toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      abandon(sent);
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    } catch (TimeoutException e) {
      abandon(sent);
      throw new KubernetesClientException("no answer", e);
    } catch (ExecutionException e) {
      throw KubernetesClientException.launderThrowable(e.getCause());
    }
  }

  private static void abandon(CompletableFuture<HttpResponse<AsyncBody>> sent) {
    var _ = sent.thenAccept(late -> late.body().cancel());
    sent.cancel(true);
  }

  /** The status that the API server answers; of what answers instead of it, the code alone. */
  private static KubernetesClientException refusal(
      HttpResponse<AsyncBody> response, AnswerStream answer) {
    try (answer) {
      return new KubernetesClientException(ObjectJson.status(answer, response.code()));
    } catch (IOException _) {
      return new KubernetesClientException(
          OperationSupport.createStatus(response.code(), response.message()));
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (client != null) {
      client.close();
    }
  }

  /** The threads of a client, which end with it. */
  private record ClientThreads(ApiServer api) implements KubernetesClientBuilder.ExecutorSupplier {
    @Override
    public Executor get() {
      return Threads.pool("api-server-", e -> api.lost = e);
    }

    @Override
    public void onClose(Executor executor) {
      ((ExecutorService) executor).shutdownNow();
    }
  }
}
