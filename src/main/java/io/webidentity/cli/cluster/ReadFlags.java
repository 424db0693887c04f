package io.webidentity.cli.cluster;

import io.webidentity.cli.flag.Flag;
import io.webidentity.cli.flag.FlagGroup;
import io.webidentity.cli.flag.GivenFlags;
import io.webidentity.cli.flag.UsageException;
import io.webidentity.cli.inject.OfflineFlags;
import io.webidentity.config.AccountSourceSettings;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/** The flags of commands that read a cluster as kubectl does. */
final class ReadFlags {
  /** For one object, retries included. A person waits for it. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  static final Flag<Path> KUBECONFIG =
      OfflineFlags.KUBECONFIG.as(
          FlagGroup.CLUSTER,
          "Kubeconfig file; without one, that of KUBECONFIG, ~/.kube/config or the pod's own API"
              + " credentials.");

  private ReadFlags() {}

  /**
   * The cluster to read.
   *
   * @param environment the environment variables
   * @throws UsageException if nothing says how to reach one
   */
  static AccountSourceSettings.Cluster cluster(GivenFlags flags, Map<String, String> environment)
      throws UsageException {
    Optional<Path> kubeconfig = flags.find(KUBECONFIG).or(() -> usual(environment));
    if (kubeconfig.isEmpty() && !environment.containsKey("KUBERNETES_SERVICE_HOST")) {
      throw new UsageException(
          "there is no cluster to read: no kubeconfig was found, and this is no pod; give"
              + " --kubeconfig or set KUBECONFIG");
    }
    return new AccountSourceSettings.Cluster(kubeconfig, Optional.empty(), PATIENCE);
  }

  /** The first file that there is of those that kubectl would merge. */
  private static Optional<Path> usual(Map<String, String> environment) {
    String named = environment.getOrDefault("KUBECONFIG", "");
    return named.isEmpty()
        ? Optional.ofNullable(environment.get("HOME"))
            .map(home -> Path.of(home, ".kube", "config"))
            .filter(Files::isReadable)
        : Arrays.stream(named.split(File.pathSeparator, -1))
            .filter(one -> !one.isEmpty())
            .map(Path::of)
            .filter(Files::isReadable)
            .findFirst();
  }
}
