package io.webidentity.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.webidentity.account.AccountKey;
import io.webidentity.cli.ProgramRun;
import io.webidentity.identity.source.FakeInstanceMetadata;
import io.webidentity.testing.pod.Reviews;
import io.webidentity.testing.server.FakeServiceAccounts;
import io.webidentity.testing.server.HttpsClient;
import io.webidentity.testing.server.TrustingClients;
import io.webidentity.watch.UnusableContentException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From flags on a command line to the role in the answer of a server over TLS. */
final class RoleCompositionServerTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final AccountKey ORDERS = new AccountKey("shop", "orders");

  @TempDir Path folder;

  @Test
  void a_role_is_completed_by_what_the_instance_metadata_service_says() throws Exception {
    try (FakeInstanceMetadata service = FakeInstanceMetadata.of("cn-north-1", "111122223333")) {
      ServeSettings settings = settings(service.endpoint());
      try (WebhookServer server = start(settings);
          HttpsClient client =
              new HttpsClient(
                  TrustingClients.sslContext(folder.resolve("ca.crt")), server.port())) {
        String review = Reviews.podCreation("u", ORDERS.namespace(), ORDERS.name());
        JsonNode response = JSON.readTree(client.mutate(review).body()).path("response");

        assertThat(new String(response.path("patch").binaryValue(), StandardCharsets.UTF_8))
            .contains("\"arn:aws-cn:iam::111122223333:role/team/orders\"");
        assertThat(response.has("warnings")).isFalse();
      }
    }
  }

  @Test
  void without_an_answer_the_server_does_not_start_and_says_what_to_give() throws Exception {
    URI gone;
    try (FakeInstanceMetadata service = FakeInstanceMetadata.of("r", "111122223333")) {
      gone = service.endpoint();
    }
    assertThatExceptionOfType(UnusableContentException.class)
        .isThrownBy(() -> start(settings(gone)).close())
        .withMessageContaining("--compose-role-arn")
        .withMessageContaining("give --account-id and --partition");
  }

  private ServeSettings settings(URI service) {
    return ProgramRun.of(
            "--port=0",
            "--metrics-port=0",
            "--shutdown-delay=0",
            "--service-accounts=" + folder,
            "--self-signed",
            "--self-signed-ca-out=" + folder.resolve("ca.crt"),
            "--compose-role-arn",
            "--imds-endpoint=" + service)
        .settings();
  }

  private static WebhookServer start(ServeSettings settings) throws UnusableContentException {
    return WebhookServer.start(
        settings,
        new FakeServiceAccounts().know(ORDERS, "team/orders"),
        Sources.certificates(settings, () -> true));
  }
}
