package io.webidentity.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.webidentity.account.AccountKey;
import io.webidentity.config.RolePolicySettings;
import io.webidentity.config.RolePolicySettings.Location;
import io.webidentity.testing.pod.Reviews;
import io.webidentity.testing.server.FakeServiceAccounts;
import io.webidentity.testing.server.HttpsClient;
import io.webidentity.testing.server.TrustingClients;
import io.webidentity.watch.UnusableContentException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A role policy in a server over real TLS. */
class RolePolicyServerTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final AccountKey ACCOUNT = new AccountKey("shop", "reports");
  private static final String ROLE = "arn:aws:iam::111122223333:role/reports";

  @TempDir Path folder;

  @Test
  void a_server_whose_policy_is_not_in_order_does_not_start() throws Exception {
    ServeSettings settings = settings("rules: [{namespace: [shop], roles: []}]");

    assertThatThrownBy(() -> start(settings).close())
        .isInstanceOf(UnusableContentException.class)
        .hasMessage(
            "the role policy cannot be used: %s, line 1: rules[0].namespace is no field of a role policy; did you mean namespaces?"
                .formatted(folder.resolve("policy.yaml")));
  }

  @Test
  void what_is_denied_is_rejected_with_the_reason_where_the_policy_says_so() throws Exception {
    JsonNode response = answer("enforce: deny\nrules: []");

    assertThat(response.path("allowed").booleanValue()).isFalse();
    assertThat(response.at("/status/message").asText())
        .isEqualTo(
            "Role \"%s\" is not allowed in namespace \"shop\" (no rule is for this namespace), so the pod is rejected: name another, or have the role policy changed."
                .formatted(ROLE));
  }

  @Test
  void what_is_denied_is_left_alone_with_a_warning_otherwise() throws Exception {
    JsonNode response = answer("rules: []");

    assertThat(response.path("allowed").booleanValue()).isTrue();
    assertThat(response.has("patch")).isFalse();
    assertThat(response.at("/warnings/0").asText()).contains("so the pod got no credentials");
  }

  @Test
  void an_audit_injects_and_warns() throws Exception {
    JsonNode response = answer("enforce: audit\nrules: []");

    assertThat(response.has("patch")).isTrue();
    assertThat(response.at("/warnings/0").asText()).contains("will be denied when");
  }

  @Test
  void a_policy_of_labels_decides_nothing_without_a_cluster() throws Exception {
    ServeSettings settings =
        settings("rules: [{namespaceSelector: {matchLabels: {a: b}}, roles: []}]");
    try (WebhookServer server = start(settings);
        HttpsClient client =
            new HttpsClient(TrustingClients.sslContext(folder.resolve("ca.crt")), server.port())) {
      var response = client.mutate(Reviews.podCreation("u-1", ACCOUNT.namespace(), ACCOUNT.name()));

      assertThat(response.statusCode()).isEqualTo(503);
      assertThat(response.body())
          .isEqualTo(
              "The role policy depends on Namespace shop, and there is no cluster to ask.\n");
    }
  }

  private JsonNode answer(String policy) throws Exception {
    try (WebhookServer server = start(settings(policy));
        HttpsClient client =
            new HttpsClient(TrustingClients.sslContext(folder.resolve("ca.crt")), server.port())) {
      return JSON.readTree(
              client.mutate(Reviews.podCreation("u-1", ACCOUNT.namespace(), ACCOUNT.name())).body())
          .path("response");
    }
  }

  private ServeSettings settings(String policy) throws Exception {
    Path file = Files.writeString(folder.resolve("policy.yaml"), policy);
    return TestSettings.withRolePolicy(
        TestSettings.selfSigned(folder.resolve("ca.crt")),
        new RolePolicySettings(new Location.InFile(file), false, Optional.empty()));
  }

  private static WebhookServer start(ServeSettings settings) throws Exception {
    return WebhookServer.start(
        settings,
        new FakeServiceAccounts().know(ACCOUNT, ROLE),
        Sources.certificates(settings, () -> true));
  }
}
