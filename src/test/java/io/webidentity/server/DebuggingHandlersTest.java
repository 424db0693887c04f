package io.webidentity.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.webidentity.account.AccountKey;
import io.webidentity.account.IdentityAnnotations;
import io.webidentity.account.SessionAnnotations;
import io.webidentity.config.ObservationSettings;
import io.webidentity.config.ObservationSettings.Debugging;
import io.webidentity.testing.server.FakeServiceAccounts;
import io.webidentity.testing.server.HttpsClient;
import io.webidentity.testing.server.TrustingClients;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code --enable-debugging-handlers}, on the server's ports. */
final class DebuggingHandlersTest {
  private static final String CACHE = "/debug/alpha/cache";
  private static final String CLEAR = CACHE + "/clear";

  @TempDir Path folder;

  private final FakeServiceAccounts accounts =
      new FakeServiceAccounts()
          .knowWithoutRole(new AccountKey("shop", "plain"))
          .know(new AccountKey("shop", "reports"), " arn:aws:iam::111122223333:role/reports")
          .know(
              new AccountKey("ops", "backup"),
              new IdentityAnnotations(
                  "arn:aws:iam::111122223333:role/backup",
                  "backups.example",
                  "60",
                  "true",
                  SessionAnnotations.NONE))
          .know(
              new AccountKey("ops", "half-done"),
              new IdentityAnnotations(null, "x", "soon", "yes", SessionAnnotations.NONE));

  @Test
  void the_cache_is_shown_in_the_references_form() throws Exception {
    try (WebhookServer server = start(Debugging.FROM_LOOPBACK)) {
      HttpResponse<String> response = get("127.0.0.1", server, CACHE);

      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
      assertThat(response.body())
          .isEqualTo(
              """
              {
               "ops/backup": {
                "RoleARN": "arn:aws:iam::111122223333:role/backup",
                "Audience": "backups.example",
                "UseRegionalSTS": true,
                "TokenExpiration": 600
               },
               "ops/half-done": {
                "RoleARN": "",
                "Audience": "x",
                "UseRegionalSTS": false,
                "TokenExpiration": 86400
               },
               "shop/reports": {
                "RoleARN": "arn:aws:iam::111122223333:role/reports",
                "Audience": "sts.amazonaws.com",
                "UseRegionalSTS": false,
                "TokenExpiration": 86400
               }
              }\
              """);
    }
  }

  @Test
  void clearing_has_the_accounts_read_again_and_keeps_those_known() throws Exception {
    try (WebhookServer server = start(Debugging.FROM_LOOPBACK)) {
      String before = get("127.0.0.1", server, CACHE).body();
      HttpResponse<String> response = get("127.0.0.1", server, CLEAR);

      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.body()).startsWith("ServiceAccounts are being listed again;");
      assertThat(accounts.rereads()).isOne();
      assertThat(get("127.0.0.1", server, CACHE).body()).isEqualTo(before);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {CACHE, CLEAR})
  void a_post_does_the_same(String path) throws Exception {
    try (WebhookServer server = start(Debugging.FROM_LOOPBACK);
        HttpClient http = HttpClient.newHttpClient()) {
      HttpRequest post =
          HttpRequest.newBuilder(uri("127.0.0.1", server, path))
              .header("Content-Type", "application/xml")
              .POST(BodyPublishers.noBody())
              .build();

      assertThat(http.send(post, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "127.0.0.2", "[::1]"})
  void every_loopback_address_is_answered(String host) throws Exception {
    try (WebhookServer server = start(Debugging.FROM_LOOPBACK)) {
      assertThat(get(host, server, CACHE).statusCode()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {CACHE, CLEAR})
  void callers_from_elsewhere_are_refused_with_a_sentence(String path) throws Exception {
    try (WebhookServer server = start(Debugging.FROM_LOOPBACK)) {
      HttpResponse<String> response = get(addressOfThisMachine(), server, path);

      assertThat(response.statusCode()).isEqualTo(403);
      assertThat(response.body())
          .hasLineCount(1)
          .contains("kubectl port-forward", "--debugging-handlers-from=any");
      assertThat(accounts.rereads()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {CACHE, CLEAR})
  void callers_from_elsewhere_are_answered_where_a_flag_says_so(String path) throws Exception {
    try (WebhookServer server = start(Debugging.FROM_ANYWHERE)) {
      assertThat(get(addressOfThisMachine(), server, path).statusCode()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {CACHE, CLEAR})
  void there_are_none_without_the_flag_nor_on_the_tls_port(String path) throws Exception {
    try (WebhookServer server = start(Debugging.OFF)) {
      assertThat(get("127.0.0.1", server, path).statusCode()).isEqualTo(404);
    }
    try (WebhookServer server = start(Debugging.FROM_ANYWHERE);
        HttpsClient client =
            new HttpsClient(TrustingClients.sslContext(folder.resolve("ca.crt")), server.port())) {
      assertThat(client.get(path).statusCode()).isEqualTo(404);
    }
    assertThat(accounts.rereads()).isZero();
  }

  @Test
  void probes_of_the_usual_deployments_stay_where_they_are() throws Exception {
    try (WebhookServer server = start(Debugging.FROM_LOOPBACK)) {
      assertThat(get(addressOfThisMachine(), server, "/healthz").statusCode()).isEqualTo(200);
      assertThat(get(addressOfThisMachine(), server, "/metrics").statusCode()).isEqualTo(200);
    }
  }

  private WebhookServer start(Debugging debugging) throws Exception {
    ServeSettings settings =
        TestSettings.withObservation(
            TestSettings.selfSigned(folder.resolve("ca.crt")),
            new ObservationSettings(false, debugging));
    return WebhookServer.start(settings, accounts, Sources.certificates(settings, () -> true));
  }

  private static HttpResponse<String> get(String host, WebhookServer server, String path)
      throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(
          HttpRequest.newBuilder(uri(host, server, path)).build(), BodyHandlers.ofString());
    }
  }

  private static URI uri(String host, WebhookServer server, String path) {
    return URI.create("http://" + host + ":" + server.metricsPort() + path);
  }

  /** A request to it comes from it, and stays on this machine. */
  private static String addressOfThisMachine() throws SocketException {
    return NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .filter(address -> !address.isLoopbackAddress() && !(address instanceof Inet6Address))
        .map(InetAddress::getHostAddress)
        .findFirst()
        .orElseThrow(() ->
            new IllegalStateException(
                "this machine has no address but loopback; give a network interface an IPv4"
                    + " address"));
  }
}
