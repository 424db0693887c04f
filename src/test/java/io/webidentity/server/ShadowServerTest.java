package io.webidentity.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.webidentity.account.AccountKey;
import io.webidentity.account.IdentityAnnotations;
import io.webidentity.config.ObservationSettings;
import io.webidentity.config.RolePolicySettings;
import io.webidentity.config.RolePolicySettings.Location;
import io.webidentity.config.ShadowSettings;
import io.webidentity.kubernetes.ObjectLookup;
import io.webidentity.kubernetes.ObjectStatistics.LookupResult;
import io.webidentity.testing.pod.Reviews;
import io.webidentity.testing.server.FakeServiceAccounts;
import io.webidentity.testing.server.FakeWebhook;
import io.webidentity.testing.server.HttpsClient;
import io.webidentity.testing.server.TrustingClients;
import io.webidentity.watch.UnusableContentException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Shadow mode in a server over real TLS, with another webhook over real TLS. */
class ShadowServerTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration DEADLINE = Duration.ofSeconds(30);
  private static final AccountKey ACCOUNT = new AccountKey("shop", "reports");
  private static final String REVIEW =
      Reviews.podCreation("u-1", ACCOUNT.namespace(), ACCOUNT.name());

  @TempDir Path folder;

  private final FakeServiceAccounts accounts =
      new FakeServiceAccounts().know(ACCOUNT, "arn:aws:iam::111122223333:role/reports");
  private FakeWebhook other;
  private WebhookServer server;
  private HttpsClient client;

  @BeforeEach
  void start() throws Exception {
    other = new FakeWebhook();
    start(settings());
  }

  private void start(ServeSettings settings) throws Exception {
    server = WebhookServer.start(settings, accounts, Sources.certificates(settings, () -> true));
    client = new HttpsClient(TrustingClients.sslContext(folder.resolve("ca.crt")), server.port());
    Awaitility.await().atMost(DEADLINE).until(() -> server.missing().isEmpty());
  }

  @AfterEach
  void close() {
    client.close();
    server.close();
    other.close();
  }

  @Test
  void nothing_is_changed_and_the_other_webhook_is_asked_with_the_same_bytes() throws Exception {
    other.response("\"allowed\":true");

    assertUnchanged(client.mutate(REVIEW));

    awaitComparison("different");
    assertThat(other.asked()).containsExactly(REVIEW);
    assertThat(client.get("/readyz").statusCode()).isEqualTo(200);
  }

  @Test
  void the_answer_does_not_wait_for_the_other_webhook() throws Exception {
    other.hang();

    assertUnchanged(client.mutate(REVIEW));
    Awaitility.await().atMost(DEADLINE).until(() -> !other.asked().isEmpty());
    assertThat(comparisons()).doesNotContain("1.0");
  }

  @Test
  void the_answer_does_not_wait_for_a_look_up_and_a_failed_one_is_no_error_to_the_api_server()
      throws Exception {
    CompletableFuture<ObjectLookup<IdentityAnnotations>> lookup = new CompletableFuture<>();
    accounts.answer(new AccountKey("shop", "unknown"), lookup);

    assertUnchanged(client.mutate(Reviews.podCreation("u-1", "shop", "unknown")));

    lookup.complete(new ObjectLookup.Failed<>(LookupResult.FAILED, "it is away"));
    awaitComparison("undecided");
    assertThat(other.asked()).isEmpty();
    assertThat(metrics())
        .contains(
            "webidentity_shadow_decisions_total{outcome=\"error\",reason=\"lookup_failed\"} 1");
  }

  @Test
  void what_would_be_rejected_is_allowed_without_a_word() throws Exception {
    close();
    Path policy = Files.writeString(folder.resolve("policy.yaml"), "enforce: deny\nrules: []");
    other = new FakeWebhook();
    other.response("\"allowed\":true");
    start(
        TestSettings.withRolePolicy(
            settings(),
            new RolePolicySettings(new Location.InFile(policy), false, Optional.empty())));

    assertUnchanged(client.mutate(REVIEW));

    awaitComparison("verdict");
  }

  @Test
  void a_pod_that_cannot_be_read_and_a_caller_that_does_it_wrong_are_allowed_too()
      throws Exception {
    assertUnchanged(client.mutate(REVIEW.replace("\"spec\":{", "\"spec\":7,\"x\":{")));
    assertUnchanged(client.mutate(REVIEW, "text/plain"));
    assertThat(client.mutate("{}").statusCode()).isEqualTo(400);

    awaitComparison("undecided");
  }

  @Test
  void metrics_claim_no_injection() throws Exception {
    other.response("\"allowed\":true");
    client.mutate(REVIEW);
    awaitComparison("different");

    assertThat(metrics())
        .contains("webidentity_shadow_decisions_total{outcome=\"injected\",reason=\"injected\"} 1")
        .contains("webidentity_request_duration_seconds_count{outcome=\"shadow\"} 1")
        .doesNotContain("webidentity_decisions_total")
        .doesNotContain("webidentity_container_decisions_total")
        .doesNotContain("webidentity_warnings_total")
        .doesNotContain("webidentity_request_duration_seconds_count{outcome=\"injected\"}");
  }

  @Test
  void the_references_metrics_are_left_to_the_reference() throws Exception {
    close();
    other = new FakeWebhook();
    other.response("\"allowed\":true");
    start(
        TestSettings.withObservation(
            settings(), new ObservationSettings(true, ObservationSettings.NONE.debugging())));
    client.mutate(REVIEW);
    awaitComparison("different");

    assertThat(metrics()).doesNotContain("pod_identity_webhook").doesNotContain("http_request_");
  }

  @Test
  void without_authorities_that_can_be_read_it_does_not_start() {
    ServeSettings settings =
        TestSettings.withShadow(
            TestSettings.selfSigned(folder.resolve("another-ca.crt")),
            new ShadowSettings(other.url(), Optional.of(folder.resolve("missing.crt"))));

    assertThatThrownBy(() -> WebhookServer.start(settings).close())
        .isInstanceOf(UnusableContentException.class)
        .hasMessage(
            "--compare-with-ca-file: %s does not exist; mount the CA of the server there"
                .formatted(folder.resolve("missing.crt")));
  }

  private ServeSettings settings() throws Exception {
    return TestSettings.withShadow(
        TestSettings.selfSigned(folder.resolve("ca.crt")),
        new ShadowSettings(
            other.url(), Optional.of(other.writeAuthority(folder.resolve("other.crt")))));
  }

  private static void assertUnchanged(HttpResponse<String> response) throws Exception {
    assertThat(response.statusCode()).isEqualTo(200);
    JsonNode review = JSON.readTree(response.body());
    assertThat(review)
        .isEqualTo(
            JSON.readTree(
                """
                {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","response":{"uid":"u-1","allowed":true}}\
                """));
  }

  private void awaitComparison(String result) {
    Awaitility.await(result)
        .atMost(DEADLINE)
        .until(() -> comparisons().contains("{result=\"" + result + "\"} 1.0"));
  }

  private String comparisons() throws Exception {
    return metrics()
        .lines()
        .filter(line -> line.startsWith("webidentity_shadow_comparisons_total"))
        .reduce("", (all, line) -> all + line + "\n");
  }

  private String metrics() throws Exception {
    return client
        .http()
        .send(
            HttpRequest.newBuilder(
                    URI.create("http://localhost:" + server.metricsPort() + "/metrics"))
                .build(),
            HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8))
        .body();
  }
}
