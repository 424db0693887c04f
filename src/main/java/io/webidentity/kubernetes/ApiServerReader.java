package io.webidentity.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.ResourceNotFoundException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.webidentity.injection.Reason;
import io.webidentity.kubernetes.ObjectReadException.Retry;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Reads one object by a GET request. Whether it is repeated is the caller's business.
 *
 * @param <K> tells objects apart
 * @param <P> what is kept of an object
 */
public final class ApiServerReader<K, P> implements ObjectReader<K, P> {
  private final KubernetesClient client;
  private final ObjectKind<K, ?, P> kind;

  ApiServerReader(KubernetesClient client, ObjectKind<K, ?, P> kind) {
    this.client = client;
    this.kind = kind;
  }

  @Override
  public Optional<P> read(K key, Duration timeout) throws ObjectReadException {
    try {
      @SuppressWarnings("resource") // A view.
      KubernetesClient once = ApiClients.once(client, timeout);
      return get(kind.one(once, key), key.toString())
          .map(found -> kind.properties(found.getMetadata()));
    } catch (KubernetesClientException e) {
      throw failure(kind.noun() + " " + key, timeout, e);
    }
  }

  /**
   * The object, as the API server has it now; empty only if the API server itself says that there
   * is none. What answers in its place, such as a load balancer, may say 404 of anything, or 200
   * with anything.
   *
   * @param key name, or namespace and name, as in {@link ObjectStore#key}
   * @throws KubernetesClientException if there was no answer about this object
   */
  public static <T extends HasMetadata> Optional<T> get(Resource<T> resource, String key) {
    T found;
    try {
      found = resource.require();
    } catch (ResourceNotFoundException e) {
      // What require() makes of every failure.
      if (e.getCause() instanceof KubernetesClientException answered) {
        if (saysNotFound(answered)) {
          return Optional.empty();
        }
        throw answered;
      }
      throw e;
    }
    if (found == null
        || found.getMetadata() == null
        || !ObjectStore.key(found.getMetadata()).equals(key)) {
      throw new KubernetesClientException("what was answered is another object or none");
    }
    return Optional.of(found);
  }

  /**
   * Requires that this is a list of an API server's: what answers in its place may say 200 with
   * anything, and that is no empty list.
   *
   * @throws KubernetesClientException if it is none
   */
  public static void requireList(@Nullable KubernetesResourceList<?> list) {
    if (list == null
        || list.getMetadata() == null
        || list.getMetadata().getResourceVersion() == null
        || list.getMetadata().getResourceVersion().isEmpty()) {
      throw new KubernetesClientException("what was answered is no list");
    }
  }

  private static boolean saysNotFound(KubernetesClientException e) {
    return e.getCode() == HttpURLConnection.HTTP_NOT_FOUND
        && e.getStatus() != null
        && "NotFound".equals(e.getStatus().getReason());
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
        "The API server could not be asked for %s (%s).".formatted(object, problem(e, client)),
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

  /** The same, with the API server that was asked. */
  public static String problem(Throwable e, KubernetesClient client) {
    return "%s: %s".formatted(client.getMasterUrl(), problem(e));
  }

  /** What went wrong, in a few words: the status the API server answered, else the first cause. */
  public static String problem(Throwable e) {
    Throwable root = e;
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof KubernetesClientException answered && answered.getCode() > 0) {
        return "HTTP " + answered.getCode();
      }
      root = cause;
    }
    if (root instanceof UnresolvedAddressException) {
      return "its name has no address";
    }
    if (root.getMessage() != null) {
      return root.getClass().getSimpleName() + ": " + root.getMessage();
    }
    boolean refused = causedBy(e, ConnectException.class);
    return refused ? "connection refused" : root.getClass().getSimpleName();
  }
}
