package io.webidentity.identity;

import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.RequestConfig;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import io.webidentity.identity.AccountReadException.Retry;
import io.webidentity.injection.AnnotationKeys;
import io.webidentity.injection.Reason;
import java.net.http.HttpTimeoutException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;

/** Reads one ServiceAccount by a GET request. Whether it is repeated is the caller's business. */
final class ApiServerAccountReader implements AccountReader {
  private final KubernetesClient client;
  private final AnnotationKeys keys;

  ApiServerAccountReader(KubernetesClient client, AnnotationKeys keys) {
    this.client = client;
    this.keys = keys;
  }

  @Override
  public Optional<IdentityAnnotations> read(AccountKey account, Duration timeout)
      throws AccountReadException {
    RequestConfig once =
        new RequestConfigBuilder(client.getConfiguration().getRequestConfig())
            .withRequestTimeout(Math.clamp(timeout.toMillis(), 1, Integer.MAX_VALUE))
            .withRequestRetryBackoffLimit(0)
            .build();
    try {
      // A view of the client, without resources of its own to close.
      @SuppressWarnings("resource")
      KubernetesClient view = client.newClient(once).adapt(KubernetesClient.class);
      ServiceAccount found =
          view.serviceAccounts().inNamespace(account.namespace()).withName(account.name()).get();
      return Optional.ofNullable(found).map(this::annotations);
    } catch (KubernetesClientException e) {
      throw failure(account, timeout, e);
    }
  }

  private IdentityAnnotations annotations(ServiceAccount account) {
    Map<String, String> annotations = account.getMetadata().getAnnotations();
    return annotations == null
        ? IdentityAnnotations.NONE
        : IdentityAnnotations.of(annotations, keys);
  }

  private static AccountReadException failure(
      AccountKey account, Duration timeout, KubernetesClientException e) {
    int code = e.getCode();
    if (code == 401) {
      return failed(
          "The API server did not accept the webhook's credentials (401) for ServiceAccount %s."
              .formatted(account),
          Retry.POINTLESS,
          e);
    }
    if (code == 403) {
      return failed(
          "The API server refused to show ServiceAccount %s (403): the webhook's own account needs the right to get serviceaccounts."
              .formatted(account),
          Retry.POINTLESS,
          e);
    }
    if (code > 0) {
      Retry retry = code == 429 || code >= 500 ? Retry.SENSIBLE : Retry.POINTLESS;
      return failed(
          "The API server answered %d when asked for ServiceAccount %s.".formatted(code, account),
          retry,
          e);
    }
    if (causedBy(e, HttpTimeoutException.class) || causedBy(e, TimeoutException.class)) {
      return new AccountReadException(
          Reason.LOOKUP_TIMEOUT,
          "The API server did not answer within %d ms when asked for ServiceAccount %s."
              .formatted(timeout.toMillis(), account),
          Retry.SENSIBLE,
          e);
    }
    return failed(
        "The API server could not be asked for ServiceAccount %s (%s)."
            .formatted(account, problem(e)),
        causedBy(e, CertificateException.class) ? Retry.POINTLESS : Retry.SENSIBLE,
        e);
  }

  private static AccountReadException failed(
      String message, Retry retry, KubernetesClientException e) {
    return new AccountReadException(Reason.LOOKUP_FAILED, message, retry, e);
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
