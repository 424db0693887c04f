package io.webidentity.testing.cluster;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Where tests take their cluster from: the setting {@code webhook.test.cluster} ({@code
 * WEBHOOK_TEST_CLUSTER}). A choice leaves no way back to another: where it is not possible, tests
 * fail.
 */
enum ClusterChoice {
  /** The first that is possible, in the order of {@link ClusterExtension}. */
  ANY,
  /** K3s in a container; also where a kubeconfig is named. */
  CONTAINER,
  /** Processes of this machine; also where a Docker engine answers or a kubeconfig is named. */
  PROCESSES,
  /** The same, of the oldest Kubernetes that the chart supports. */
  OLDEST;

  /**
   * The choice of this JVM.
   *
   * @throws ClusterUnavailableException if the setting has another value
   */
  static ClusterChoice current() {
    return of(NamedControlPlane.setting("webhook.test.cluster"));
  }

  static ClusterChoice of(Optional<String> setting) {
    return setting
        .map(value ->
            Arrays.stream(values())
                .filter(choice -> choice.word().equals(value))
                .findFirst()
                .orElseThrow(() ->
                    new ClusterUnavailableException(
                        "webhook.test.cluster is %s; it must be one of: %s"
                            .formatted(
                                value,
                                Arrays.stream(values())
                                    .map(ClusterChoice::word)
                                    .collect(Collectors.joining(", "))))))
        .orElse(ANY);
  }

  private String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
