package io.webidentity.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.webidentity.testing.server.FakeServiceAccounts;
import io.webidentity.testing.server.HostileRequests;
import io.webidentity.testing.server.RawConnection;
import io.webidentity.testing.server.TrustingClients;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Requests that RFC 9112 forbids, those that it allows, and what errors look like; on both ports.
 */
final class HostileHttpTest {
  private static final List<String> PATHS =
      List.of("/", "/healthz", "/readyz", "/mutate", "/metrics", "/nothing", "/%zz", "/debug");
  private static final List<String> METHODS =
      List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE");
  private static final String JSON_POST =
      "POST /mutate HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n";
  private static final List<String> FIELDS =
      List.of(
          "Accept: */*",
          "Accept: text/html",
          "Accept: application/json\r\nContent-Type: text/plain",
          "Accept: nonsense\r\nContent-Type: ???",
          "Accept: application/xml\r\nContent-Type: application/json");

  @TempDir static Path folder;

  private static WebhookServer server;
  private static SSLContext trust;

  @BeforeAll
  static void start() throws Exception {
    Path authority = folder.resolve("ca.crt");
    ServeSettings settings = TestSettings.selfSigned(authority);
    server =
        WebhookServer.start(
            settings, new FakeServiceAccounts(), Sources.certificates(settings, () -> true));
    trust = TrustingClients.sslContext(authority);
    await().until(() -> server.missing().isEmpty());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  enum Port {
    TLS {
      @Override
      RawConnection connect() throws IOException {
        return RawConnection.tls(trust, server.port());
      }
    },
    PLAIN {
      @Override
      RawConnection connect() throws IOException {
        return RawConnection.plain(server.metricsPort());
      }
    };

    abstract RawConnection connect() throws IOException;
  }

  @ParameterizedTest
  @EnumSource
  void what_rfc_9112_forbids_is_the_last_request_of_its_connection(HostileRequests hostile)
      throws Exception {
    for (Port port : Port.values()) {
      try (RawConnection connection = port.connect()) {
        String answer = connection.send(hostile.bytes()).readToEnd();

        assertThat(answer).as(port.name()).startsWith("HTTP/1.1 " + hostile.status() + " ");
        assertThat(RawConnection.responses(answer)).as(port + ": " + answer).isOne();
        assertSentence(answer);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Port.class)
  void a_hostile_request_is_answered_after_the_good_one_before_it(Port port) throws Exception {
    try (RawConnection connection = port.connect()) {
      String answers =
          connection
              .send("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\nGET /healthz HTTP/1.1\r\n\r\n")
              .readToEnd();

      assertThat(RawConnection.responses(answers)).isEqualTo(2);
      assertThat(answers).startsWith("HTTP/1.1 200 ").contains("\r\n\r\nok\nHTTP/1.1 400 ");
    }
  }

  static Stream<String> allowed() {
    return Stream.of(
        "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nHost: \r\nConnection: close\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nHost: [::1]:8443\r\nConnection: close\r\n\r\n",
        "\r\nGET /healthz HTTP/1.1\r\nhost:localhost\t\r\nconnection: close\r\n\r\n",
        "GET http://localhost/healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        "GET /healthz?a=b%20c HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        // RFC 9112, section 5.2: a server may read a folded line as one with a space.
        "GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: a\r\n b\r\nConnection: close\r\n\r\n",
        "GET /healthz HTTP/1.0\r\n\r\n",
        "GET /healthz HTTP/1.0\r\nHost: localhost\r\n\r\n");
  }

  @ParameterizedTest
  @MethodSource("allowed")
  void what_rfc_9112_allows_is_answered(String request) throws Exception {
    for (Port port : Port.values()) {
      try (RawConnection connection = port.connect()) {
        String answer = connection.send(request).readToEnd();

        assertThat(answer).as(port.name()).matches("(?s)HTTP/1\\.[01] 200 .*\r\n\r\nok\n");
      }
    }
  }

  @Test
  void a_body_in_chunks_with_extensions_and_trailers_is_read() throws Exception {
    try (RawConnection connection = Port.TLS.connect()) {
      for (String coding : List.of("chunked", "Chunked")) {
        String answer =
            connection
                .send(
                    JSON_POST
                        + "Transfer-Encoding: "
                        + coding
                        + "\r\n\r\n1;a=b\r\n{\r\n1\r\n}\r\n0\r\nX: a\r\n\r\n")
                .readResponse();

        assertThat(answer).startsWith("HTTP/1.1 400 ").contains("AdmissionReview");
      }
    }
  }

  @Test
  void a_client_that_expects_it_is_asked_to_go_on() throws Exception {
    try (RawConnection connection = Port.TLS.connect()) {
      connection.send(JSON_POST + "Content-Length: 2\r\nExpect: 100-continue\r\n\r\n");

      assertThat(connection.readResponse()).startsWith("HTTP/1.1 100 ");
      assertThat(connection.send("{}").readResponse()).startsWith("HTTP/1.1 400 ");
    }
  }

  @ParameterizedTest
  @EnumSource(Port.class)
  void every_error_is_a_sentence_in_plain_text(Port port) throws Exception {
    for (String path : PATHS) {
      for (String method : METHODS) {
        for (String fields : FIELDS) {
          try (RawConnection connection = port.connect()) {
            String request = method + " " + path + " HTTP/1.1\r\nHost: a\r\n" + fields;
            String answer =
                connection
                    .send(request + "\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}")
                    .readToEnd();
            if (!answer.startsWith("HTTP/1.1 200 ")) {
              assertSentence(answer);
            }
          }
        }
      }
    }
  }

  private static void assertSentence(String answer) {
    int body = answer.indexOf("\r\n\r\n");
    assertThat(answer.substring(0, body).toLowerCase(Locale.ROOT))
        .as(answer)
        .contains("content-type: text/plain");
    assertThat(answer.substring(body + 4))
        .as(answer)
        .matches("(?:[A-Za-z][^\n{}<>]*\n)?")
        .doesNotContainPattern("[Nn]etty|[Mm]icronaut|[Jj]ackson|java|Exception");
  }
}
