package io.webidentity.certificate;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;

/** Failures of the API server as sentences. */
final class ApiFailures {
  private ApiFailures() {}

  /**
   * The sentence for a failed request.
   *
   * @param what what could not be done
   * @param right the right that it takes, for where it is missing
   */
  static ClusterStateException of(String what, String right, KubernetesClientException e) {
    String why =
        switch (e.getCode()) {
          case 0 -> "no answer from the API server";
          case HttpURLConnection.HTTP_FORBIDDEN -> "not allowed; grant " + right;
          default -> "the API server answers " + e.getCode();
        };
    return new ClusterStateException(what + " (" + why + ")", e);
  }
}
