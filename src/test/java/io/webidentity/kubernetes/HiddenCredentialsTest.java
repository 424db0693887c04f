package io.webidentity.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.webidentity.config.AccountSourceSettings;
import io.webidentity.watch.UnusableContentException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Credentials for the API server that cannot be used are in no error, with all its causes. */
class HiddenCredentialsTest {
  private static final String SECRET = "c2VjcmV0LXRoYXQtbm9ib2R5LW1heS1zZWU";

  @TempDir Path folder;

  private final FakeApiServer api = FakeApiServer.started();

  @AfterEach
  void stop() {
    api.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"%s\n%1$s", "%s\u0001", "%s\u00e9", "", " \n"})
  void a_file_that_holds_no_token_leaves_the_last_one_in_use(String content) throws Exception {
    Path file = Files.writeString(folder.resolve("token"), "last\n");
    try (KubernetesClient client = connect(Optional.empty())) {
      list(client);
      Files.writeString(file, content.formatted(SECRET));

      list(client);

      assertThat(api.lastAuthorization()).isEqualTo("Bearer last");
    }
  }

  @Test
  void a_file_that_holds_no_token_at_the_start_is_not_sent() throws Exception {
    Files.writeString(folder.resolve("token"), SECRET + "\n" + SECRET);
    try (KubernetesClient client = connect(Optional.empty())) {
      list(client);

      assertThat(api.lastAuthorization()).doesNotContain(SECRET);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{token: \"%s\\u0001\"}",
        "{client-key-data: %s, client-certificate-data: %1$s}",
        "{client-key-data: \"%s!\", client-certificate-data: LS0t}",
      })
  void credentials_of_a_kubeconfig_are_not_quoted(String user) throws Exception {
    Path kubeconfig =
        Files.writeString(
            folder.resolve("kubeconfig"),
            """
            apiVersion: v1
            kind: Config
            current-context: here
            contexts: [{name: here, context: {cluster: c, user: u}}]
            clusters: [{name: c, cluster: {server: "%s"}}]
            users: [{name: u, user: %s}]
            """
                .formatted(api.url(), user.formatted(SECRET)));

    assertHidden(
        catchThrowable(() -> {
          try (KubernetesClient client = connect(Optional.of(kubeconfig))) {
            list(client);
          }
        }));
  }

  private KubernetesClient connect(Optional<Path> kubeconfig) throws UnusableContentException {
    Optional<URI> url = kubeconfig.isPresent() ? Optional.empty() : Optional.of(api.url());
    return ApiClients.connect(
        new AccountSourceSettings.Cluster(kubeconfig, url, Duration.ofSeconds(2)),
        new PodCredentials(Map.of(), folder),
        _ -> {});
  }

  private static void list(KubernetesClient client) {
    client.serviceAccounts().inAnyNamespace().list();
  }

  private static void assertHidden(Throwable thrown) {
    assertThat(thrown).isNotNull();
    assertThat(Throwables.getStackTrace(thrown)).doesNotContain(SECRET);
  }
}
