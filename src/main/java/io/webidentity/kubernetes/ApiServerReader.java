package io.webidentity.kubernetes;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.webidentity.kubernetes.ObjectReadException.Retry;
import io.webidentity.kubernetes.ObjectStatistics.LookupResult;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLException;

/**
 * Reads one object by a GET request. Whether it is repeated is the caller's business.
 *
 * @param <K> tells objects apart
 * @param <P> what is kept of an object
 */
final class ApiServerReader<K, P> implements ObjectReader<K, P> {
  private final ApiServer api;
  private final ObjectKind<K, P> kind;

  ApiServerReader(ApiServer api, ObjectKind<K, P> kind) {
    this.api = api;
    this.kind = kind;
  }

  /**
   * The object, as the API server has it now; empty only if the API server itself says that there
   * is none. What answers instead of it, such as a load balancer, may say 404 of anything, or 200
   * with anything.
   */
  @Override
  public Optional<P> read(K key, Duration timeout) throws ObjectReadException {
    try (AnswerStream answer = api.get(kind.path(key), timeout)) {
      ApiObject found = ObjectJson.object(answer);
      if (!found.key().equals(key.toString())) {
        throw new IOException("the answer is another object");
      }
      return Optional.of(kind.properties(found));
    } catch (KubernetesClientException | IOException e) {
      if (saysNotFound(e)) {
        return Optional.empty();
      }
      throw failure(kind.noun() + " " + key, timeout, e);
    }
  }

  static boolean saysNotFound(Exception e) {
    return e instanceof KubernetesClientException answered
        && answered.getCode() == HttpURLConnection.HTTP_NOT_FOUND
        && answered.getStatus() != null
        && "NotFound".equals(answered.getStatus().getReason());
  }

  private ObjectReadException failure(String object, Duration timeout, Exception e) {
    int code = e instanceof KubernetesClientException answered ? answered.getCode() : 0;
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
    if (ApiProblem.isTimeout(e)) {
      return new ObjectReadException(
          LookupResult.TIMEOUT,
          "The API server did not answer within %d ms when asked for %s."
              .formatted(timeout.toMillis(), object),
          Retry.SENSIBLE,
          e);
    }
    if (ApiProblem.isCausedBy(e, SSLException.class)) {
      api.renew(); // The cluster's CA certificate may be a new one.
    }
    return failed(
        "The API server could not be asked for %s (%s).".formatted(object, api.problem(e)),
        ApiProblem.isCausedBy(e, CertificateException.class) ? Retry.POINTLESS : Retry.SENSIBLE,
        e);
  }

  private static ObjectReadException failed(String message, Retry retry, Exception e) {
    return new ObjectReadException(LookupResult.FAILED, message, retry, e);
  }
}
