package io.webidentity.identity;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.RequestConfig;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import io.webidentity.identity.ObjectReadException.Retry;
import io.webidentity.injection.Reason;
import java.net.http.HttpTimeoutException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeoutException;

/**
 * Reads one object by a GET request. Whether it is repeated is the caller's business.
 *
 * @param <K> tells objects apart
 * @param <P> what is kept of an object
 */
final class ApiServerReader<K, P> implements ObjectReader<K, P> {
  private final KubernetesClient client;
  private final ObjectKind<K, ?, P> kind;

  ApiServerReader(KubernetesClient client, ObjectKind<K, ?, P> kind) {
    this.client = client;
    this.kind = kind;
  }

  @Override
  public Optional<P> read(K key, Duration timeout) throws ObjectReadException {
    RequestConfig once =
        new RequestConfigBuilder(client.getConfiguration().getRequestConfig())
            .withRequestTimeout(Math.clamp(timeout.toMillis(), 1, Integer.MAX_VALUE))
            .withRequestRetryBackoffLimit(0)
            .build();
    try {
      // A view of the client, without resources of its own to close.
      @SuppressWarnings("resource")
      KubernetesClient view = client.newClient(once).adapt(KubernetesClient.class);
      return kind.get(view, key).map(found -> kind.properties(found.getMetadata()));
    } catch (KubernetesClientException e) {
      throw failure(kind.noun() + " " + key, timeout, e);
    }
  }

  private ObjectReadException failure(
      String object, Duration timeout, KubernetesClientException e) {
    int code = e.getCode();
    if (code == 401) {
      return failed(
          "The API server did not accept the webhook's credentials (401) for %s.".formatted(object),
          Retry.POINTLESS,
          e);
    }
    if (code == 403) {
      return failed(
          "The API server refused to show %s (403): the webhook's own account needs the right to get %s."
              .formatted(object, kind.resource()),
          Retry.POINTLESS,
          e);
    }
    if (code > 0) {
      Retry retry = code == 429 || code >= 500 ? Retry.SENSIBLE : Retry.POINTLESS;
      return failed(
          "The API server answered %d when asked for %s.".formatted(code, object), retry, e);
    }
    if (causedBy(e, HttpTimeoutException.class) || causedBy(e, TimeoutException.class)) {
      return new ObjectReadException(
          Reason.LOOKUP_TIMEOUT,
          "The API server did not answer within %d ms when asked for %s."
              .formatted(timeout.toMillis(), object),
          Retry.SENSIBLE,
          e);
    }
    return failed(
        "The API server could not be asked for %s (%s).".formatted(object, problem(e)),
        causedBy(e, CertificateException.class) ? Retry.POINTLESS : Retry.SENSIBLE,
        e);
  }

  private static ObjectReadException failed(
      String message, Retry retry, KubernetesClientException e) {
    return new ObjectReadException(Reason.LOOKUP_FAILED, message, retry, e);
  }

  private static boolean causedBy(Throwable e, Class<? extends Throwable> type) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (type.isInstance(cause)) {
        return true;
      }
    }
    return false;
  }

  /** What went wrong, in a few words: the status the API server answered, else the first cause. */
  static String problem(Throwable e) {
    Throwable root = e;
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof KubernetesClientException answered && answered.getCode() > 0) {
        return "HTTP " + answered.getCode();
      }
      root = cause;
    }
    String name = root.getClass().getSimpleName();
    return root.getMessage() == null ? name : name + ": " + root.getMessage();
  }
}
