package io.webidentity.kubernetes;

import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.fabric8.kubernetes.client.http.StandardHttpRequest;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Ends answers that do not come to an end. The JDK's client measures a request's timeout up to the
 * head of the answer: a body that stops half-way would be waited for as long as the connection is
 * open. Its head and its body may each take as long as the request says.
 *
 * <p>A watch's body has no end, and no such limit; its head has one.
 */
final class AnswerDeadline implements Interceptor {
  private final Duration watchHead;

  /**
   * For requests of all kinds.
   *
   * @param watchHead how long the head of a watch's answer may take
   */
  AnswerDeadline(Duration watchHead) {
    this.watchHead = watchHead;
  }

  @Override
  public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
    if (isStream(request) && builder instanceof HttpRequest.Builder stream) {
      stream.timeout(watchHead.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  @Override
  public void after(
      HttpRequest request,
      HttpResponse<?> response,
      AsyncBody.Consumer<List<ByteBuffer>> consumer) {
    if (!isStream(request)
        && request instanceof StandardHttpRequest timed
        && timed.getTimeout() != null
        && response.body() instanceof AsyncBody body) {
      var _ =
          body.done()
              .orTimeout(timed.getTimeout().toMillis(), TimeUnit.MILLISECONDS)
              .whenComplete((_, problem) -> {
                if (problem instanceof TimeoutException) {
                  body.cancel();
                }
              });
    }
  }

  private static boolean isStream(HttpRequest request) {
    return request instanceof StandardHttpRequest standard && standard.isForStreaming();
  }
}
