package io.webidentity.kubernetes;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.webidentity.config.AccountSourceSettings;
import io.webidentity.watch.UnusableContentException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How the API server is reached.
 *
 * <table>
 * <caption>Precedence</caption>
 * <tr><th>kubeconfig</th><th>in a pod</th><th>credentials</th><th>URL</th></tr>
 * <tr><td>given</td><td></td><td>the kubeconfig's</td><td>{@code --kube-api}, kubeconfig</td></tr>
 * <tr><td>absent</td><td>yes</td><td>the pod's</td><td>{@code --kube-api}, environment</td></tr>
 * <tr><td>absent</td><td>no</td><td>none</td><td>{@code --kube-api}, else an error</td></tr>
 * </table>
 *
 * <p>Never a person's own kubeconfig that nobody asked for, nor fabric8's other ways to find a
 * cluster. Without credentials is how {@code kubectl proxy} is reached.
 */
final class ApiClientConfig {
  /** Pages of a list are larger than single accounts: they may take longer than a look-up. */
  static final Duration LIST_TIMEOUT = Duration.ofSeconds(30);

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

  private ApiClientConfig() {}

  /**
   * The client's configuration.
   *
   * @throws UnusableContentException when there is no way to reach an API server
   */
  static Config of(AccountSourceSettings.Cluster settings, PodCredentials pod)
      throws UnusableContentException {
    Optional<String> url = settings.apiServer().map(URI::toString);
    Config config;
    if (settings.kubeconfig().isPresent()) {
      config = fromKubeconfig(settings.kubeconfig().get(), url.isPresent());
    } else {
      config = Config.empty();
      config.setMasterUrl(url.or(pod::apiServer).orElseThrow(ApiClientConfig::nowhere));
      if (pod.available()) {
        pod.addTo(config);
      } else if (url.isEmpty()) {
        throw nowhere();
      }
    }
    url.ifPresent(config::setMasterUrl);
    tune(config);
    return config;
  }

  private static Config fromKubeconfig(Path kubeconfig, boolean otherUrl)
      throws UnusableContentException {
    if (!Files.isReadable(kubeconfig)) {
      throw new UnusableContentException(
          "--kubeconfig: %s does not exist or is not readable; name a kubeconfig file."
              .formatted(kubeconfig));
    }
    Config config = parsed(kubeconfig);
    if (Stream.of(config.getOauthToken(), config.getAutoOAuthToken())
        .anyMatch(token -> token != null && !TokenFile.isBearerToken(token))) {
      throw new UnusableContentException(
          "--kubeconfig: %s has a token with characters that no token has; correct it."
              .formatted(kubeconfig));
    }
    if (config.getCurrentContext() == null) {
      throw new UnusableContentException(
          "--kubeconfig: %s has no current context; set its current-context."
              .formatted(kubeconfig));
    }
    if (!otherUrl && config.getMasterUrl().equals(Config.DEFAULT_MASTER_URL + "/")) {
      throw new UnusableContentException(
          "--kubeconfig: %s has no cluster of its current context's; add it, or set --kube-api."
              .formatted(kubeconfig));
    }
    return config;
  }

  /** The parser's exceptions are unchecked and quote the file, secrets included: none goes on. */
  private static Config parsed(Path kubeconfig) throws UnusableContentException {
    String problem;
    try {
      Config config = Config.fromKubeconfig(kubeconfig.toFile());
      tokenFile(kubeconfig, config).ifPresent(config::setOauthTokenProvider);
      return config;
    } catch (IOException | RuntimeException e) {
      Throwable root = e;
      while (root.getCause() != null) {
        root = root.getCause();
      }
      problem = root.getClass().getSimpleName();
    }
    throw new UnusableContentException(
        "--kubeconfig: %s is not a kubeconfig file (%s); correct it."
            .formatted(kubeconfig, problem));
  }

  /** The file with the user's token, where the kubeconfig names one: fabric8 knows none. */
  private static Optional<TokenFile> tokenFile(Path kubeconfig, Config config) throws IOException {
    if (config.getCurrentContext() == null) {
      return Optional.empty();
    }
    String user = config.getCurrentContext().getContext().getUser();
    return Serialization.unmarshal(
            Files.readString(kubeconfig), io.fabric8.kubernetes.api.model.Config.class)
        .getUsers()
        .stream()
        .filter(named -> named.getName().equals(user) && named.getUser() != null)
        .map(named -> named.getUser().getTokenFile())
        .filter(file -> file != null && !file.isEmpty())
        .map(file -> new TokenFile(kubeconfig.resolveSibling(file)))
        .findFirst();
  }

  /**
   * HTTP/1.1: over HTTP/2 every request shares a connection, and one that died without a sign would
   * take the look-ups with it.
   */
  private static void tune(Config config) {
    config.setHttp2Disable(true);
    config.setConnectionTimeout((int) CONNECT_TIMEOUT.toMillis());
    config.setRequestTimeout((int) LIST_TIMEOUT.toMillis());
    config.setRequestRetryBackoffLimit(2); // Of writes; whoever reads retries by itself.
    config.setUserAgent("web-identity-webhook");
  }

  private static UnusableContentException nowhere() {
    return new UnusableContentException(
        "No API server to read ServiceAccounts from: this process runs in no pod with API"
            + " credentials; set --kubeconfig, --kube-api, or --service-accounts for manifests in"
            + " the place of a cluster.");
  }
}
