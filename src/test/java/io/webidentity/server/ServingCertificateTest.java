package io.webidentity.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.webidentity.account.AccountKey;
import io.webidentity.certificate.CertificateFiles;
import io.webidentity.certificate.CertificateSource;
import io.webidentity.certificate.SelfSignedAuthority;
import io.webidentity.certificate.SelfSignedCertificateSource;
import io.webidentity.certificate.ServingCertificate;
import io.webidentity.config.CertificateSettings;
import io.webidentity.config.TlsSettings;
import io.webidentity.config.TlsVersion;
import io.webidentity.testing.pod.Reviews;
import io.webidentity.testing.server.FakeServiceAccounts;
import io.webidentity.testing.server.HttpsClient;
import io.webidentity.testing.server.TestAuthority;
import io.webidentity.testing.server.TrustingClients;
import io.webidentity.watch.UnusableContentException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server with a certificate from files, and the TLS it speaks. */
final class ServingCertificateTest {
  private static final AccountKey ACCOUNT = new AccountKey("shop", "reports");

  @TempDir Path folder;

  private final TestAuthority authority = new TestAuthority();
  private SSLContext trust;

  @BeforeEach
  void trust() throws IOException {
    trust =
        TrustingClients.sslContext(Files.writeString(folder.resolve("ca.crt"), authority.pem()));
  }

  @Test
  void without_a_certificate_the_server_is_not_ready_and_no_client_trusts_it() throws Exception {
    try (WebhookServer server = start(defaults());
        HttpsClient client = new HttpsClient(trust, server.port())) {
      await()
          .untilAsserted(() ->
              assertThat(server.missing()).containsExactly("there is no serving certificate yet"));
      assertThatThrownBy(() -> client.get("/readyz")).isInstanceOf(SSLHandshakeException.class);
      assertThat(plain(server, "/readyz").statusCode()).isEqualTo(503);

      write(authority.issue(List.of("localhost")));

      await().untilAsserted(() -> assertThat(server.missing()).isEmpty());
      assertThat(client.get("/readyz").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void certificates_change_under_load_without_a_failed_request() throws Exception {
    write(authority.issue(List.of("localhost")));
    try (WebhookServer server = start(defaults())) {
      AtomicBoolean stop = new AtomicBoolean();
      List<LoadingThread> load =
          List.of(new LoadingThread(server, stop), new LoadingThread(server, stop));
      load.forEach(Thread::start);
      for (int i = 0; i < 5; i++) {
        TestAuthority.Issued next = authority.issue(List.of("localhost"));
        write(next);
        await().until(() -> presented(server).equals(next.certificate().strip()));
      }
      stop.set(true);
      for (LoadingThread thread : load) {
        thread.join();
        assertThat(thread.failure).isNull();
        assertThat(thread.answered).hasPositiveValue();
      }
    }
  }

  @Test
  void a_certificate_that_is_about_to_end_makes_the_server_not_ready() throws Exception {
    Duration lifetime = Duration.ofHours(1);
    Clock issuedAt = Clock.offset(Clock.systemUTC(), lifetime.minusSeconds(30).negated());
    SelfSignedCertificateSource ending =
        new SelfSignedCertificateSource(
            new SelfSignedAuthority(issuedAt, lifetime), List.of(), Optional.empty());
    try (WebhookServer server =
        WebhookServer.start(TestSettings.with(defaults()), new FakeServiceAccounts(), ending)) {
      await()
          .untilAsserted(() ->
              assertThat(server.missing())
                  .containsExactly("the serving certificate has ended or is about to"));
      assertThat(plain(server, "/readyz").statusCode()).isEqualTo(503);
      assertThat(plain(server, "/healthz").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void a_certificate_made_at_start_is_valid_also_once_the_clock_is_set_by_an_hour()
      throws Exception {
    try (CertificateSource source =
        Sources.certificates(TestSettings.selfSigned(folder.resolve("made.crt")), () -> true)) {
      ServingCertificate made = source.current().orElseThrow();
      Instant now = Instant.now();

      assertThat(made.isValidAt(now)).isTrue();
      assertThat(made.isValidAt(now.minus(Duration.ofHours(1)))).isTrue();
      assertThat(made.isValidAt(now.plus(Duration.ofHours(1)))).isTrue();
    }
  }

  @Test
  void the_lowest_version_is_kept() throws Exception {
    write(authority.issue(List.of("localhost")));
    try (WebhookServer server = start(tls(TlsVersion.TLS_1_3, List.of()))) {
      assertThat(handshake(server, "TLSv1.3")).startsWith("TLS_");
      assertThatThrownBy(() -> handshake(server, "TLSv1.2")).isInstanceOf(IOException.class);
    }
  }

  @Test
  void cipher_suites_are_kept_and_tls_1_3_stays_on() throws Exception {
    String suite = "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384";
    write(authority.issue(List.of("localhost")));
    try (WebhookServer server = start(tls(TlsVersion.TLS_1_2, List.of(suite)))) {
      assertThat(handshake(server, "TLSv1.2")).isEqualTo(suite);
      assertThat(handshake(server, "TLSv1.3")).startsWith("TLS_");
    }
    try (WebhookServer server = start(defaults())) {
      assertThat(handshake(server, "TLSv1.2")).startsWith("TLS_ECDHE_");
    }
  }

  private WebhookServer start(TlsSettings tls) throws UnusableContentException {
    return WebhookServer.start(
        TestSettings.with(tls),
        new FakeServiceAccounts().know(ACCOUNT, "arn:aws:iam::111122223333:role/reports"),
        new CertificateFiles(
            folder.resolve("tls.crt"),
            folder.resolve("tls.key"),
            Duration.ofMillis(10),
            Clock.systemUTC()));
  }

  private TlsSettings defaults() {
    return tls(TlsVersion.TLS_1_2, List.of());
  }

  private TlsSettings tls(TlsVersion minimum, List<String> suites) {
    return new TlsSettings(
        new CertificateSettings.Files(folder.resolve("tls.crt"), folder.resolve("tls.key")),
        minimum,
        suites,
        Optional.empty());
  }

  private void write(TestAuthority.Issued pair) throws IOException {
    Files.writeString(folder.resolve("tls.key"), pair.key());
    Files.writeString(folder.resolve("tls.crt"), pair.certificate());
  }

  /** The certificate that a new connection is shown, as PEM. */
  private String presented(WebhookServer server) throws Exception {
    try (SSLSocket socket = connect(server)) {
      socket.startHandshake();
      byte[] der = socket.getSession().getPeerCertificates()[0].getEncoded();
      return "-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----"
          .formatted(Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der));
    }
  }

  private String handshake(WebhookServer server, String version) throws IOException {
    try (SSLSocket socket = connect(server)) {
      socket.setEnabledProtocols(new String[] {version});
      socket.startHandshake();
      return socket.getSession().getCipherSuite();
    }
  }

  private SSLSocket connect(WebhookServer server) throws IOException {
    return (SSLSocket)
        trust.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), server.port());
  }

  private static HttpResponse<String> plain(WebhookServer server, String path) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      URI uri = URI.create("http://localhost:" + server.metricsPort() + path);
      return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    }
  }

  /** Sends reviews over new connections until told to stop. */
  private final class LoadingThread extends Thread {
    private final WebhookServer server;
    private final AtomicBoolean stop;
    private final AtomicInteger answered = new AtomicInteger();
    private volatile @Nullable Exception failure;

    LoadingThread(WebhookServer server, AtomicBoolean stop) {
      this.server = server;
      this.stop = stop;
    }

    @Override
    public void run() {
      try {
        while (!stop.get()) {
          try (HttpsClient client = new HttpsClient(trust, server.port())) {
            String review = Reviews.podCreation("u", ACCOUNT.namespace(), ACCOUNT.name());
            assertThat(client.mutate(review).body()).contains("\"patch\"");
          }
          answered.incrementAndGet();
        }
      } catch (IOException | AssertionError e) {
        failure = new IllegalStateException(e);
      } catch (InterruptedException e) {
        failure = e;
      }
    }
  }
}
