package io.webidentity.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.webidentity.account.AccountKey;
import io.webidentity.account.IdentityAnnotations;
import io.webidentity.account.SessionAnnotations;
import io.webidentity.cli.ProgramRun;
import io.webidentity.testing.pod.Reviews;
import io.webidentity.testing.server.FakeServiceAccounts;
import io.webidentity.testing.server.HttpsClient;
import io.webidentity.testing.server.TrustingClients;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From flags on a command line to variables in the answer of a server over TLS. */
final class SessionFlagsServerTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ROLE = "arn:aws:iam::111122223333:role/reports";
  private static final AccountKey FLAGS = new AccountKey("shop", "flags");
  private static final AccountKey OWN = new AccountKey("shop", "own");
  private static final AccountKey OFF = new AccountKey("shop", "off");
  private static final AccountKey MISTAKES = new AccountKey("shop", "mistakes");

  @TempDir Path folder;

  private WebhookServer server;
  private HttpsClient client;

  @BeforeEach
  void start() throws Exception {
    Path authority = folder.resolve("ca.crt");
    ServeSettings settings =
        ProgramRun.of(
                "--port=0",
                "--metrics-port=0",
                "--shutdown-delay=0",
                "--service-accounts=" + folder,
                "--self-signed",
                "--self-signed-ca-out=" + authority,
                "--role-session-name={cluster}_{namespace}.{service-account}",
                "--cluster-name=arn:prod/eu",
                "--sts-endpoint-url=https://sts.flag.example",
                "--endpoint-url=http://minio:9000")
            .settings();
    FakeServiceAccounts accounts =
        new FakeServiceAccounts()
            .know(FLAGS, ROLE)
            .know(OWN, with(new SessionAnnotations(null, "{pod-uid}", "https://sts.own", null)))
            .know(OFF, with(new SessionAnnotations(null, "", "", "")))
            .know(MISTAKES, with(new SessionAnnotations(null, "{pod}", "sts.own", null)));
    server = WebhookServer.start(settings, accounts, Sources.certificates(settings, () -> true));
    client = new HttpsClient(TrustingClients.sslContext(authority), server.port());
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  @Test
  void flags_decide_where_annotations_do_not_say() throws Exception {
    assertThat(environment(mutate(FLAGS)))
        .containsExactly(
            Map.entry("AWS_ROLE_ARN", "\"" + ROLE + "\""),
            Map.entry(
                "AWS_WEB_IDENTITY_TOKEN_FILE",
                "\"/var/run/secrets/eks.amazonaws.com/serviceaccount/token\""),
            Map.entry("AWS_ROLE_SESSION_NAME", "\"arn-prod-eu_shop.flags\""),
            Map.entry("AWS_ENDPOINT_URL_STS", "\"https://sts.flag.example\""),
            Map.entry("AWS_ENDPOINT_URL", "\"http://minio:9000\""));
  }

  @Test
  void annotations_win_over_flags() throws Exception {
    assertThat(environment(mutate(OWN)))
        .containsEntry(
            "AWS_ROLE_SESSION_NAME",
            "{\"fieldRef\":{\"apiVersion\":\"v1\",\"fieldPath\":\"metadata.uid\"}}")
        .containsEntry("AWS_ENDPOINT_URL_STS", "\"https://sts.own\"")
        .containsEntry("AWS_ENDPOINT_URL", "\"http://minio:9000\"");
  }

  @Test
  void an_empty_annotation_switches_a_flag_off() throws Exception {
    JsonNode response = mutate(OFF);

    assertThat(environment(response))
        .containsOnlyKeys("AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE");
    assertThat(response.has("warnings")).isFalse();
  }

  @Test
  void mistakes_are_warned_about_and_the_flags_count() throws Exception {
    JsonNode response = mutate(MISTAKES);

    assertThat(environment(response))
        .containsEntry("AWS_ROLE_SESSION_NAME", "\"arn-prod-eu_shop.mistakes\"")
        .containsEntry("AWS_ENDPOINT_URL_STS", "\"https://sts.flag.example\"");
    assertThat(response.path("warnings")).hasSize(2);
    assertThat(response.at("/warnings/0").asText()).contains("role-session-name", "{pod}");
    assertThat(response.at("/warnings/1").asText()).contains("sts-endpoint-url", "sts.own");
  }

  private static IdentityAnnotations with(SessionAnnotations session) {
    return new IdentityAnnotations(ROLE, null, null, null, session);
  }

  private JsonNode mutate(AccountKey account) throws Exception {
    String review = Reviews.podCreation("u", account.namespace(), account.name());
    return JSON.readTree(client.mutate(review).body()).path("response");
  }

  /** Variables of the one container, in their order, with the JSON of value or valueFrom. */
  private static Map<String, String> environment(JsonNode response) throws Exception {
    Map<String, String> variables = new LinkedHashMap<>();
    for (JsonNode operation : JSON.readTree(response.path("patch").binaryValue())) {
      if (operation.path("path").asText().equals("/spec/containers/0/env")) {
        for (JsonNode entry : operation.path("value")) {
          JsonNode value = entry.has("value") ? entry.path("value") : entry.path("valueFrom");
          variables.put(entry.path("name").asText(), value.toString());
        }
      }
    }
    return variables;
  }
}
