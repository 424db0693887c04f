package io.webidentity.kubernetes;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.ConnectException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.UnresolvedAddressException;
import java.util.concurrent.TimeoutException;

/** Failures of requests, most of them to the API server, in words for logs and clients. */
public final class ApiProblem {
  private ApiProblem() {}

  /** What went wrong, in a few words: the status that was answered, else the first cause. */
  public static String of(Throwable e) {
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
    // The JDK's client hides a refused connection behind a closed channel without a message.
    if (isCausedBy(e, ConnectException.class)) {
      String message = root.getMessage();
      return message == null || root instanceof ClosedChannelException
          ? "connection refused"
          : message;
    }
    if (isTimeout(e)) {
      return "no answer in time";
    }
    if (root instanceof JsonProcessingException malformed) {
      return "the answer cannot be read: " + malformed.getOriginalMessage();
    }
    return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
  }

  /** Whether the answer did not come in time. */
  static boolean isTimeout(Throwable e) {
    return isCausedBy(e, HttpTimeoutException.class) || isCausedBy(e, TimeoutException.class);
  }

  /** Whether a failure has such a cause. */
  static boolean isCausedBy(Throwable e, Class<? extends Throwable> type) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (type.isInstance(cause)) {
        return true;
      }
    }
    return false;
  }
}
