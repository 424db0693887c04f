package io.webidentity.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.webidentity.account.AccountKey;
import io.webidentity.config.ClientSettings;
import io.webidentity.config.TlsSettings;
import io.webidentity.testing.pod.Reviews;
import io.webidentity.testing.server.FakeServiceAccounts;
import io.webidentity.testing.server.HttpsClient;
import io.webidentity.testing.server.TestAuthority;
import io.webidentity.testing.server.TrustingClients;
import io.webidentity.watch.UnusableContentException;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The server with {@code --client-ca}. */
final class ClientCertificateTest {
  private static final AccountKey ACCOUNT = new AccountKey("shop", "reports");
  private static final String REVIEW =
      Reviews.podCreation("u-1", ACCOUNT.namespace(), ACCOUNT.name());

  @TempDir Path folder;

  private final TestAuthority clients = new TestAuthority();
  private final TestAuthority others = new TestAuthority();
  private Path clientAuthority;
  private Path servers;
  private WebhookServer server;

  @BeforeEach
  void start() throws Exception {
    clientAuthority = Files.writeString(folder.resolve("client-ca.crt"), clients.pem());
    servers = folder.resolve("ca.crt");
    server = start(clientAuthority);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void a_client_with_a_certificate_of_the_authority_is_answered() throws Exception {
    try (HttpsClient client = client(clients)) {
      assertThat(client.mutate(REVIEW).body()).contains("\"patch\"");
      assertThat(client.mutate(REVIEW).body()).contains("\"patch\"");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void a_session_that_is_resumed_has_its_certificate_still(String version) throws Exception {
    SSLContext context = clients.clientContext(KeyPurposeId.id_kp_clientAuth, servers);

    long begun = sessionOfAnAnswer(context, version);
    await().until(() -> System.currentTimeMillis() > begun);

    assertThat(sessionOfAnAnswer(context, version)).as("resumed").isEqualTo(begun);
  }

  @Test
  void a_client_without_a_certificate_is_refused_with_a_sentence() throws Exception {
    try (HttpsClient client = new HttpsClient(TrustingClients.sslContext(servers), server.port())) {
      HttpResponse<String> response = client.mutate(REVIEW);

      assertThat(response.statusCode()).isEqualTo(403);
      assertThat(response.body())
          .hasLineCount(1)
          .startsWith("no client certificate: --client-ca is set")
          .contains("kubeConfigFile");
    }
  }

  @Test
  void a_client_of_another_authority_is_refused_with_a_sentence() throws Exception {
    try (HttpsClient client = client(others)) {
      HttpResponse<String> response = client.mutate(REVIEW);

      assertThat(response.statusCode()).isEqualTo(403);
      assertThat(response.body())
          .hasLineCount(1)
          .startsWith("the client certificate is not a valid one of the CAs")
          .contains("--client-ca");
    }
  }

  @Test
  void a_serving_certificate_of_the_authority_is_not_one_of_a_client() throws Exception {
    try (HttpsClient client =
        new HttpsClient(
            clients.clientContext(KeyPurposeId.id_kp_serverAuth, servers), server.port())) {
      assertThat(client.mutate(REVIEW).statusCode()).isEqualTo(403);
    }
  }

  @Test
  void what_is_refused_is_not_read() throws Exception {
    try (HttpsClient client = client(others)) {
      assertThat(client.mutate("{", "text/plain").statusCode()).isEqualTo(403);
    }
  }

  @Test
  void what_looks_like_the_warm_up_is_no_way_around_it() throws Exception {
    try (HttpsClient client = client(others)) {
      assertThat(client.mutate(REVIEW, "application/json; warm-up=" + "0".repeat(64)).statusCode())
          .isEqualTo(403);
    }
  }

  @Test
  void probes_need_no_certificate() throws Exception {
    await().until(() -> server.missing().isEmpty());
    try (HttpsClient client = new HttpsClient(TrustingClients.sslContext(servers), server.port());
        HttpsClient stranger = client(others)) {
      assertThat(client.get("/readyz").statusCode()).isEqualTo(200);
      assertThat(client.get("/healthz").statusCode()).isEqualTo(200);
      assertThat(stranger.get("/readyz").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void another_authority_counts_on_connections_that_exist() throws Exception {
    try (HttpsClient before = client(clients);
        HttpsClient after = client(others)) {
      assertThat(before.mutate(REVIEW).statusCode()).isEqualTo(200);
      assertThat(after.mutate(REVIEW).statusCode()).isEqualTo(403);

      Files.writeString(clientAuthority, others.pem());

      await().untilAsserted(() -> assertThat(after.mutate(REVIEW).statusCode()).isEqualTo(200));
      assertThat(before.mutate(REVIEW).statusCode()).isEqualTo(403);
    }
  }

  @Test
  void both_authorities_of_a_file_count() throws Exception {
    try (HttpsClient first = client(clients);
        HttpsClient second = client(others)) {
      Files.writeString(clientAuthority, clients.pem() + others.pem());

      await().untilAsserted(() -> assertThat(second.mutate(REVIEW).statusCode()).isEqualTo(200));
      assertThat(first.mutate(REVIEW).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void without_the_file_the_server_does_not_start_and_names_the_flag() {
    Path missing = folder.resolve("missing.crt");

    assertThatThrownBy(() -> start(missing))
        .isInstanceOf(UnusableContentException.class)
        .hasMessage("--client-ca: %s does not exist; mount the CA of the clients there", missing);
  }

  @Test
  void a_file_without_a_certificate_is_refused_at_the_start() throws IOException {
    Path empty = Files.writeString(folder.resolve("empty.crt"), "");

    assertThatThrownBy(() -> start(empty))
        .isInstanceOf(UnusableContentException.class)
        .hasMessageStartingWith("--client-ca: " + empty);
  }

  /** Case counts; several names may be listed. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          CN=kube-apiserver                        | 200
          CN=Other name,O=system:masters           | 200
          O=x+CN=kube-apiserver                    | 200
          CN=Kube-apiserver                        | 403
          CN=kube-apiserver2                       | 403
          CN=x\\,CN=kube-apiserver                 | 403
          CN=\\ kube-apiserver                     | 403
          O=kube-apiserver                         | 403
          CN=x,CN=kube-apiserver                   | 403
          CN=x+CN=kube-apiserver                   | 403
          O=none                                   | 403
          """)
  void only_listed_common_names_count(String subject, int status) throws Exception {
    server.close();
    server = start(clientAuthority, Set.of("kube-apiserver", "Other name"));
    try (HttpsClient client = client(clients, subject)) {
      HttpResponse<String> response = client.mutate(REVIEW);

      assertThat(response.statusCode()).isEqualTo(status);
      if (status != 200) {
        assertThat(response.body())
            .hasLineCount(1)
            .startsWith("the common name of the client certificate is none of those")
            .contains("--client-names");
      }
      // The session is remembered, and the verdict with it.
      assertThat(client.mutate(REVIEW).statusCode()).isEqualTo(status);
    }
  }

  @Test
  void a_listed_name_of_another_authority_is_refused_as_before() throws Exception {
    server.close();
    server = start(clientAuthority, Set.of("kube-apiserver"));
    try (HttpsClient client = client(others, "CN=kube-apiserver")) {
      assertThat(client.mutate(REVIEW).body())
          .startsWith("the client certificate is not a valid one of the CAs");
    }
  }

  /** When the session began, ms, in which a review was answered on a new connection. */
  private long sessionOfAnAnswer(SSLContext context, String version) throws IOException {
    try (SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket("localhost", server.port())) {
      socket.setEnabledProtocols(new String[] {version});
      socket
          .getOutputStream()
          .write(
              ("POST /mutate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                      + "Connection: close\r\nContent-Length: %d\r\n\r\n%s")
                  .formatted(REVIEW.length(), REVIEW)
                  .getBytes(StandardCharsets.US_ASCII));
      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
          .startsWith("HTTP/1.1 200 OK")
          .contains("\"patch\"");
      return socket.getSession().getCreationTime();
    }
  }

  private HttpsClient client(TestAuthority authority) throws IOException {
    return client(authority, "CN=client");
  }

  private HttpsClient client(TestAuthority authority, String subject) throws IOException {
    return new HttpsClient(
        authority.clientContext(new X500Name(subject), KeyPurposeId.id_kp_clientAuth, servers),
        server.port());
  }

  private WebhookServer start(Path authority) throws UnusableContentException {
    return start(authority, Set.of());
  }

  private WebhookServer start(Path authority, Set<String> names) throws UnusableContentException {
    TlsSettings usual = TestSettings.selfSigned(servers).tls();
    ServeSettings settings =
        TestSettings.with(
            new TlsSettings(
                usual.certificate(),
                usual.minimumVersion(),
                usual.cipherSuites(),
                Optional.of(new ClientSettings(authority, names))));
    return WebhookServer.start(
        settings,
        new FakeServiceAccounts().know(ACCOUNT, "arn:aws:iam::111122223333:role/reports"),
        Sources.certificates(settings, () -> true));
  }
}
