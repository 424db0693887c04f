package io.webidentity.kubernetes;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.RequestConfig;
import io.fabric8.kubernetes.client.dsl.internal.OperationSupport;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Makes who asks again wait for as long as the API server wants, within a bound: a refusal with <a
 * href="https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3">Retry-After</a> is not handed on
 * before. Overloaded API servers say one second; the library asks again after a tenth of it. A
 * proxy that says a day must not keep the webhook from asking for a day.
 *
 * <p>A request whose own time ends before that is refused at once.
 */
final class RetryAfter implements Interceptor {
  /** As long as the longest pause between two attempts without Retry-After. */
  static final Duration LONGEST = Reflector.LONGEST_RETRY;

  private static final String FIELD = "Retry-After";

  @Override
  public CompletableFuture<Boolean> afterFailure(
      BasicBuilder builder, HttpResponse<?> response, RequestTags tags) {
    String wanted = response.header(FIELD);
    if (wanted == null) {
      return CompletableFuture.completedFuture(false);
    }
    if (response.body() instanceof AsyncBody body) {
      body.cancel();
    }
    return new CompletableFuture<Boolean>()
        .completeOnTimeout(false, pause(wanted, tags).toMillis(), TimeUnit.MILLISECONDS)
        .thenApply(_ -> {
          throw new KubernetesClientException(
              OperationSupport.createStatus(response.code(), response.message()));
        });
  }

  private static Duration pause(String wanted, RequestTags tags) {
    Duration pause = bounded(wanted);
    RequestConfig config = tags.getTag(RequestConfig.class);
    boolean tooLong = config != null && pause.toMillis() >= config.getRequestTimeout();
    return tooLong ? Duration.ZERO : pause;
  }

  /** Seconds, at most {@link #LONGEST}; that also for a date, as clocks of machines differ. */
  private static Duration bounded(String wanted) {
    // One digit is all that can be less.
    return wanted.matches("[0-7]") ? Duration.ofSeconds(Long.parseLong(wanted)) : LONGEST;
  }
}
