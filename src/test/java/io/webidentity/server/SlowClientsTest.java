package io.webidentity.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.webidentity.account.AccountKey;
import io.webidentity.account.IdentityAnnotations;
import io.webidentity.http.ConnectionLimits;
import io.webidentity.kubernetes.ObjectLookup;
import io.webidentity.testing.pod.Reviews;
import io.webidentity.testing.server.FakeServiceAccounts;
import io.webidentity.testing.server.RawConnection;
import io.webidentity.testing.server.TrustingClients;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that send slowly, or keep connections, with deadlines and bounds that are small. */
final class SlowClientsTest {
  private static final int BOUND = 3;
  private static final Duration SOON = Duration.ofMillis(200);
  private static final AccountKey SLOW = new AccountKey("shop", "slow");
  private static final String REQUEST = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
  private static final String POST =
      "POST /mutate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";

  @TempDir Path folder;

  private final CompletableFuture<ObjectLookup<IdentityAnnotations>> lookUp =
      new CompletableFuture<>();
  private final FakeServiceAccounts accounts = new FakeServiceAccounts().answer(SLOW, lookUp);
  private WebhookServer server;
  private SSLContext trust;

  @BeforeEach
  void start() throws Exception {
    Path authority = folder.resolve("ca.crt");
    ServeSettings settings = TestSettings.selfSigned(authority);
    server =
        WebhookServer.start(
            settings,
            accounts,
            Sources.namespaces(settings),
            Sources.certificates(settings, () -> true),
            new ConnectionLimits(Duration.ofSeconds(2), SOON, SOON, SOON, BOUND, 10));
    trust = TrustingClients.sslContext(authority);
    await().until(() -> server.missing().isEmpty());
    // The warm-up's connection.
    await().until(() -> metric("webidentity_connections{port=\"tls\"") == 0);
  }

  @AfterEach
  void stop() {
    lookUp.complete(new ObjectLookup.NotFound<>());
    server.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /healthz HTTP/1.1\r\nX: ",
        "\r\n",
        POST + "X: ",
        POST + "Content-Length: 100000\r\n\r\n",
        POST + "Content-Length: 100000\r\nExpect: 100-continue\r\n\r\n",
        POST + "Transfer-Encoding: chunked\r\n\r\nFFFF\r\n",
        POST + "Transfer-Encoding: chunked\r\n\r\n1;a=",
        "POST /nothing HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n",
      })
  void who_sends_byte_after_byte_is_answered_408_all_the_same(String beginning) throws Exception {
    try (RawConnection tls = RawConnection.tls(trust, server.port());
        RawConnection plain = RawConnection.plain(server.metricsPort())) {
      for (RawConnection connection : List.of(tls, plain)) {
        connection.send(beginning);
        AtomicBoolean over = new AtomicBoolean();
        Thread drip = Thread.ofVirtual().start(() -> drip(connection, over));
        String answer = connection.readToEnd();
        over.set(true);
        drip.join();

        assertThat(answer).containsPattern("HTTP/1.1 (?:408|40[45]) ");
      }
    }
    assertThat(closed("head_timeout") + closed("body_timeout")).isEqualTo(2);
  }

  private static void drip(RawConnection connection, AtomicBoolean over) {
    try {
      while (!over.get()) {
        connection.send("1");
        LockSupport.parkNanos(SOON.toNanos() / 10);
      }
    } catch (IOException _) {
      // Closed, as it should be.
    }
  }

  @Test
  void a_handshake_that_does_not_end_is_cut() throws Exception {
    try (RawConnection connection = RawConnection.plain(server.port())) {
      // The beginning of a TLS record.
      assertThat(connection.send("\u0016\u0003\u0001\u0001\u0000").readToEnd()).isEmpty();
    }
    assertThat(closed("handshake_timeout")).isOne();
  }

  @Test
  void an_idle_connection_is_kept_and_one_that_waits_for_its_answer_too() throws Exception {
    try (RawConnection idle = RawConnection.tls(trust, server.port());
        RawConnection used = RawConnection.tls(trust, server.port());
        RawConnection waiting = RawConnection.tls(trust, server.port())) {
      used.send(REQUEST).readResponse();
      waiting.send(review());
      await().until(() -> accounts.lookUps() == 1);
      try (RawConnection slow = RawConnection.plain(server.metricsPort())) {
        slow.send("GET / HTTP/1.1\r\n").readToEnd();
      }

      // Others' deadlines have passed meanwhile.
      assertThat(used.send(REQUEST).readResponse()).startsWith("HTTP/1.1 200 ");
      assertThat(idle.send(REQUEST).readResponse()).startsWith("HTTP/1.1 200 ");
      lookUp.complete(new ObjectLookup.NotFound<>());
      assertThat(waiting.readResponse()).startsWith("HTTP/1.1 200 ");
    }
  }

  @Test
  void a_new_connection_takes_the_place_of_the_one_that_has_been_idle_for_longest()
      throws Exception {
    try (RawConnection oldest = RawConnection.tls(trust, server.port());
        RawConnection middle = RawConnection.tls(trust, server.port());
        RawConnection newest = RawConnection.tls(trust, server.port())) {
      newest.send(REQUEST).readResponse();
      middle.send(REQUEST).readResponse();
      newest.send(REQUEST).readResponse();
      try (RawConnection another = RawConnection.tls(trust, server.port())) {
        assertThat(another.send(REQUEST).readResponse()).startsWith("HTTP/1.1 200 ");
        assertThat(oldest.readToEnd()).isEmpty();
        assertThat(closed("evicted")).isOne();
        assertThat(middle.send(REQUEST).readResponse()).startsWith("HTTP/1.1 200 ");
        assertThat(newest.send(REQUEST).readResponse()).startsWith("HTTP/1.1 200 ");
      }
    }
  }

  @Test
  void where_all_wait_for_answers_a_new_connection_is_refused() throws Exception {
    List<RawConnection> waiting = new ArrayList<>();
    try {
      for (int i = 0; i < BOUND; i++) {
        waiting.add(RawConnection.tls(trust, server.port()).send(review()));
        int under = i + 1;
        await().until(() -> metric("webidentity_requests_in_flight") == under);
      }
      try (RawConnection refused = RawConnection.plain(server.port())) {
        assertThat(refused.readToEnd()).isEmpty();
      }
      assertThat(closed("refused")).isOne();

      lookUp.complete(new ObjectLookup.NotFound<>());
      for (RawConnection connection : waiting) {
        assertThat(connection.readResponse()).startsWith("HTTP/1.1 200 ");
      }
      try (RawConnection another = RawConnection.tls(trust, server.port())) {
        assertThat(another.send(REQUEST).readResponse()).startsWith("HTTP/1.1 200 ");
      }
    } finally {
      for (RawConnection connection : waiting) {
        connection.close();
      }
    }
  }

  private static String review() {
    String review = Reviews.podCreation("u-1", SLOW.namespace(), SLOW.name());
    return POST + "Content-Length: " + review.length() + "\r\n\r\n" + review;
  }

  private double closed(String reason) throws Exception {
    return metric("webidentity_connections_closed_total{reason=\"" + reason + "\"");
  }

  private double metric(String series) throws Exception {
    URI uri = URI.create("http://localhost:" + server.metricsPort() + "/metrics");
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
          .body()
          .lines()
          .filter(line -> line.startsWith(series))
          .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
          .sum();
    }
  }
}
