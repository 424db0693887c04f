package io.webidentity.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.fabric8.kubernetes.client.Config;
import io.webidentity.config.AccountSourceSettings;
import io.webidentity.watch.UnusableContentException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ApiClientConfigTest {
  private static final String KUBECONFIG =
      """
      apiVersion: v1
      kind: Config
      current-context: here
      contexts: [{name: here, context: {cluster: c, user: u}}]
      clusters: [{name: c, cluster: {server: "https://kubeconfig.example"}}]
      users: [{name: u, user: {token: kubeconfig-token}}]
      """;
  private static final Map<String, String> IN_POD =
      Map.of("KUBERNETES_SERVICE_HOST", "10.0.0.1", "KUBERNETES_SERVICE_PORT", "6443");

  @TempDir Path folder;

  /** The rows of the table in ApiClientConfig's documentation. */
  static Stream<Arguments> ways() {
    String flag = "https://flag.example/";
    return Stream.of(
        arguments(true, false, "", "https://kubeconfig.example/", "kubeconfig-token"),
        arguments(true, true, "", "https://kubeconfig.example/", "kubeconfig-token"),
        arguments(true, true, flag, flag, "kubeconfig-token"),
        arguments(false, true, "", "https://10.0.0.1:6443/", "pod-token"),
        arguments(false, true, flag, flag, "pod-token"),
        arguments(false, false, flag, flag, ""));
  }

  @ParameterizedTest
  @MethodSource("ways")
  void credentials_and_url_come_from_the_first_that_has_them(
      boolean kubeconfig, boolean inPod, String flag, String url, String token) throws Exception {
    Config config =
        ApiClientConfig.of(
            settings(kubeconfig ? Optional.of(kubeconfig(KUBECONFIG)) : Optional.empty(), flag),
            inPod ? pod(IN_POD) : new PodCredentials(Map.of(), folder));

    assertThat(config.getMasterUrl()).isEqualTo(url);
    assertThat(token(config)).isEqualTo(token);
  }

  @Test
  void an_ipv6_address_of_the_api_server_is_bracketed() throws Exception {
    Config config =
        ApiClientConfig.of(
            settings(Optional.empty(), ""),
            pod(Map.of("KUBERNETES_SERVICE_HOST", "fd00::1", "KUBERNETES_SERVICE_PORT", "443")));

    assertThat(config.getMasterUrl()).isEqualTo("https://[fd00::1]:443/");
  }

  @Test
  void the_pods_authority_is_trusted() throws Exception {
    Path authority = Files.writeString(folder.resolve("ca.crt"), "PEM");

    Config config = ApiClientConfig.of(settings(Optional.empty(), ""), pod(IN_POD));

    assertThat(config.getCaCertFile()).isEqualTo(authority.toString());
  }

  @Test
  void a_token_that_cannot_be_read_for_a_moment_leaves_the_last_one() throws Exception {
    Config config = ApiClientConfig.of(settings(Optional.empty(), ""), pod(IN_POD));
    assertThat(token(config)).isEqualTo("pod-token");

    Files.delete(folder.resolve("token"));
    assertThat(token(config)).isEqualTo("pod-token");

    Files.writeString(folder.resolve("token"), "rotated");
    assertThat(token(config)).isEqualTo("rotated");
  }

  @Test
  void a_token_file_of_the_kubeconfig_is_read_for_every_request() throws Exception {
    Path kubeconfig =
        kubeconfig(KUBECONFIG.replace("{token: kubeconfig-token}", "{tokenFile: user-token}"));
    Files.writeString(folder.resolve("user-token"), "first");
    Config config = ApiClientConfig.of(settings(Optional.of(kubeconfig), ""), pod(IN_POD));
    assertThat(token(config)).isEqualTo("first");

    Files.writeString(folder.resolve("user-token"), "second");
    assertThat(token(config)).isEqualTo("second");
  }

  static Stream<Arguments> mistakes() {
    return Stream.of(
        arguments("contexts: [", "is not a kubeconfig file"),
        arguments("{apiVersion: v1, kind: Config, token: secret", "is not a kubeconfig file"),
        arguments(KUBECONFIG.replace("current-context: here", ""), "has no current context"),
        arguments(
            KUBECONFIG.replace("cluster: c,", "cluster: missing,"),
            "has no cluster of its current context's"));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void a_mistake_in_the_kubeconfig_is_named(String text, String message) throws Exception {
    Path kubeconfig = kubeconfig(text);

    assertThatThrownBy(() -> ApiClientConfig.of(settings(Optional.of(kubeconfig), ""), pod(IN_POD)))
        .isInstanceOf(UnusableContentException.class)
        .hasMessageContainingAll("--kubeconfig", kubeconfig.toString(), message)
        .hasNoCause()
        .message()
        .doesNotContain("secret");
  }

  @Test
  void a_kubeconfig_that_does_not_exist_is_named() {
    assertThatThrownBy(() ->
            ApiClientConfig.of(settings(Optional.of(folder.resolve("missing")), ""), pod(IN_POD)))
        .isInstanceOf(UnusableContentException.class)
        .hasMessageContainingAll("--kubeconfig", "missing", "does not exist");
  }

  @Test
  void without_credentials_and_url_there_is_nothing_to_ask() {
    assertThatThrownBy(() ->
            ApiClientConfig.of(settings(Optional.empty(), ""), new PodCredentials(IN_POD, folder)))
        .isInstanceOf(UnusableContentException.class)
        .hasMessageContainingAll("--kubeconfig", "--kube-api", "--service-accounts");
  }

  private static AccountSourceSettings.Cluster settings(Optional<Path> kubeconfig, String flag) {
    return new AccountSourceSettings.Cluster(
        kubeconfig,
        flag.isEmpty() ? Optional.empty() : Optional.of(URI.create(flag)),
        Duration.ofSeconds(2));
  }

  private static String token(Config config) {
    if (config.getOauthTokenProvider() != null) {
      return config.getOauthTokenProvider().getToken();
    }
    return config.getAutoOAuthToken() == null ? "" : config.getAutoOAuthToken();
  }

  private Path kubeconfig(String text) throws Exception {
    return Files.writeString(folder.resolve("kubeconfig"), text);
  }

  private PodCredentials pod(Map<String, String> environment) throws Exception {
    Files.writeString(folder.resolve("token"), "pod-token\n");
    return new PodCredentials(environment, folder);
  }
}
