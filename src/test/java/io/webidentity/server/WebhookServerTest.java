package io.webidentity.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.webidentity.account.AccountKey;
import io.webidentity.account.IdentityAnnotations;
import io.webidentity.kubernetes.ObjectLookup;
import io.webidentity.kubernetes.ObjectStatistics.LookupResult;
import io.webidentity.testing.pod.Reviews;
import io.webidentity.testing.server.FakeServiceAccounts;
import io.webidentity.testing.server.HttpsClient;
import io.webidentity.testing.server.TrustingClients;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The server over real TLS, with the ServiceAccounts of a fake. */
final class WebhookServerTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ROLE = "arn:aws:iam::111122223333:role/reports";
  private static final AccountKey ANNOTATED = new AccountKey("shop", "annotated");
  private static final AccountKey PLAIN = new AccountKey("shop", "plain");
  private static final AccountKey UNSEEN = new AccountKey("shop", "unseen");
  private static final int EIGHT_MEBIBYTES = 8 * 1024 * 1024;

  @TempDir Path folder;

  private final FakeServiceAccounts accounts =
      new FakeServiceAccounts().know(ANNOTATED, ROLE).knowWithoutRole(PLAIN);
  private WebhookServer server;
  private SSLContext trust;
  private HttpsClient client;

  @BeforeEach
  void start() throws Exception {
    Path authority = folder.resolve("ca.crt");
    ServeSettings settings = TestSettings.selfSigned(authority);
    server = WebhookServer.start(settings, accounts, Sources.certificates(settings, () -> true));
    trust = TrustingClients.sslContext(authority);
    client = new HttpsClient(trust, server.port());
    await().until(() -> server.missing().isEmpty());
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  @Test
  void a_pod_of_an_annotated_account_is_patched_and_the_review_echoed() throws Exception {
    HttpResponse<String> response = client.mutate(review(ANNOTATED));

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
    JsonNode answer = JSON.readTree(response.body());
    assertThat(answer.path("kind").asText()).isEqualTo("AdmissionReview");
    assertThat(answer.path("apiVersion").asText()).isEqualTo("admission.k8s.io/v1");
    assertThat(answer.at("/response/uid").asText()).isEqualTo("u-1");
    assertThat(answer.at("/response/allowed").asBoolean()).isTrue();
    assertThat(answer.at("/response/patchType").asText()).isEqualTo("JSONPatch");
    assertThat(new String(answer.at("/response/patch").binaryValue(), StandardCharsets.UTF_8))
        .contains(ROLE)
        .contains("sts.amazonaws.com");
    assertThat(accounts.lookUps()).isZero();
  }

  @Test
  void a_pod_of_an_account_without_a_role_is_allowed_as_it_is() throws Exception {
    JsonNode answer = JSON.readTree(client.mutate(review(PLAIN)).body());

    assertThat(answer.at("/response/allowed").asBoolean()).isTrue();
    assertThat(answer.path("response").has("patch")).isFalse();
    assertThat(answer.path("response").has("patchType")).isFalse();
  }

  @Test
  void an_account_that_is_not_known_is_looked_up_live() throws Exception {
    accounts.answer(UNSEEN, new ObjectLookup.Found<>(FakeServiceAccounts.withRole(ROLE)));

    JsonNode answer = JSON.readTree(client.mutate(review(UNSEEN)).body());

    assertThat(answer.path("response").has("patch")).isTrue();
    assertThat(accounts.lookUps()).isOne();
  }

  @Test
  void an_account_that_does_not_exist_counts_as_without_annotations() throws Exception {
    accounts.answer(UNSEEN, new ObjectLookup.NotFound<>());

    HttpResponse<String> response = client.mutate(review(UNSEEN));

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(JSON.readTree(response.body()).path("response").has("patch")).isFalse();
  }

  @Test
  void an_account_that_nobody_can_look_up_is_answered_503_to_be_tried_again() throws Exception {
    accounts.answer(UNSEEN, new ObjectLookup.Failed<>(LookupResult.TIMEOUT, "no answer in 2 s"));

    HttpResponse<String> response = client.mutate(review(UNSEEN));

    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(response.headers().firstValue("Retry-After")).contains("1");
    assertThat(response.body()).isEqualTo("no answer in 2 s\n");
  }

  @Test
  void a_defect_in_a_look_up_is_answered_500_without_details() throws Exception {
    accounts.answer(
        UNSEEN, CompletableFuture.failedFuture(new IllegalStateException("internal detail")));

    HttpResponse<String> response = client.mutate(review(UNSEEN));

    assertThat(response.statusCode()).isEqualTo(500);
    assertThat(response.body()).doesNotContain("internal detail");
    assertThat(metric("webidentity_decisions_total", "reason=\"internal_error\"")).isEqualTo(1);
  }

  @Test
  void a_slow_look_up_holds_up_nobody_else() throws Exception {
    CompletableFuture<ObjectLookup<IdentityAnnotations>> slow = new CompletableFuture<>();
    accounts.answer(UNSEEN, slow);
    List<CompletableFuture<HttpResponse<String>>> waiting =
        IntStream.range(0, 200).mapToObj(i -> sendAsync(review(UNSEEN))).toList();
    await().until(() -> accounts.lookUps() == 200);

    assertThat(client.mutate(review(ANNOTATED)).statusCode()).isEqualTo(200);
    assertThat(metric("webidentity_requests_in_flight", "")).isEqualTo(200);
    slow.complete(new ObjectLookup.Found<>(FakeServiceAccounts.withRole(ROLE)));

    for (CompletableFuture<HttpResponse<String>> response : waiting) {
      assertThat(response.get(30, TimeUnit.SECONDS).body()).contains("\"patch\"");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/plain",
        "application/yaml",
        "*/*",
        "application/*",
        "application/json-patch+json",
        "nonsense"
      })
  void other_content_types_are_refused(String contentType) throws Exception {
    HttpResponse<String> response = client.mutate(review(ANNOTATED), contentType);

    assertThat(response.statusCode()).isEqualTo(415);
    assertThat(response.body()).contains("application/json");
  }

  @Test
  void a_missing_content_type_is_refused() throws Exception {
    HttpResponse<String> response =
        client
            .http()
            .send(
                HttpRequest.newBuilder(client.uri("/mutate"))
                    .POST(BodyPublishers.ofString(review(ANNOTATED)))
                    .build(),
                BodyHandlers.ofString());

    assertThat(response.statusCode()).isEqualTo(415);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"application/json; charset=utf-8", "application/json;q=abc", "APPLICATION/JSON"})
  void json_with_parameters_is_accepted(String contentType) throws Exception {
    assertThat(client.mutate(review(ANNOTATED), contentType).statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "{", "null", "[]", "{}", "\u0000\u0001", "{\"kind\":\"AdmissionReview\"}"})
  void a_malformed_body_is_answered_400_with_a_sentence(String body) throws Exception {
    HttpResponse<String> response = client.mutate(body);

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).startsWith("malformed AdmissionReview: ").endsWith("\n");
    assertThat(metric("webidentity_decisions_total", "reason=\"malformed_review\"")).isEqualTo(1);
  }

  @Test
  void what_the_sender_wrote_is_quoted_short_and_on_one_line() throws Exception {
    HttpResponse<String> response =
        client.mutate("{\"kind\":\"A\\n\\u001b[31mERROR forged %s\"}".formatted("X".repeat(900)));

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).hasLineCount(1).hasSizeLessThan(300).contains("forged");
  }

  @Test
  void a_body_of_8_mebibytes_is_accepted_and_one_byte_more_is_not() throws Exception {
    String atLimit = sized(EIGHT_MEBIBYTES);
    assertThat(client.mutate(atLimit).statusCode()).isEqualTo(200);

    HttpResponse<String> response = client.mutate(sized(EIGHT_MEBIBYTES + 1));

    assertThat(response.statusCode()).isEqualTo(413);
    assertThat(metric("webidentity_decisions_total", "reason=\"body_too_large\"")).isEqualTo(1);
  }

  @Test
  void a_chunked_body_is_bounded_as_well() throws Exception {
    byte[] chunk = new byte[1024 * 1024];
    java.util.Arrays.fill(chunk, (byte) ' ');
    HttpRequest request =
        HttpRequest.newBuilder(client.uri("/mutate"))
            .header("Content-Type", "application/json")
            .POST(
                BodyPublishers.fromPublisher(
                    BodyPublishers.ofByteArrays(java.util.Collections.nCopies(16, chunk))))
            .build();

    assertThat(client.http().send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(413);
  }

  @Test
  void a_compressed_body_is_refused_and_not_decompressed() throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(client.uri("/mutate"))
            .header("Content-Type", "application/json")
            .header("Content-Encoding", "gzip")
            .POST(BodyPublishers.ofByteArray(gzip(review(ANNOTATED))))
            .build();

    HttpResponse<String> response = client.http().send(request, BodyHandlers.ofString());

    assertThat(response.statusCode()).isEqualTo(415);
    assertThat(response.body())
        .isEqualTo("a body with a Content-Encoding is not read; send the review as it is\n");
  }

  @Test
  void other_paths_and_methods_are_refused_by_status() throws Exception {
    assertThat(client.get("/mutate").statusCode()).isEqualTo(405);
    assertThat(client.get("/nothing").statusCode()).isEqualTo(404);
  }

  @Test
  void the_plain_port_has_metrics_and_health_but_no_mutate() throws Exception {
    assertThat(plain("/metrics").body())
        .contains("webidentity_decisions_total")
        .contains("webidentity_request_duration_seconds_bucket")
        .contains("webidentity_certificate_expiry_timestamp_seconds")
        .contains("webidentity_build_info")
        .contains("jvm_memory_used_bytes");
    assertThat(plain("/healthz").statusCode()).isEqualTo(200);
    assertThat(plain("/readyz").statusCode()).isEqualTo(200);
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpRequest mutate =
          HttpRequest.newBuilder(plainUri("/mutate"))
              .header("Content-Type", "application/json")
              .POST(BodyPublishers.ofString(review(ANNOTATED)))
              .build();
      assertThat(http.send(mutate, BodyHandlers.ofString()).statusCode()).isEqualTo(404);
    }
    assertThat(client.get("/metrics").statusCode()).isEqualTo(404);
  }

  @Test
  void the_server_is_not_ready_until_every_account_was_read() throws Exception {
    accounts.setReady(false);

    assertThat(client.get("/readyz").statusCode()).isEqualTo(503);
    assertThat(client.get("/readyz").body()).contains("ServiceAccounts");
    assertThat(client.get("/healthz").statusCode()).isEqualTo(200);
    accounts.setReady(true);
    assertThat(client.get("/readyz").statusCode()).isEqualTo(200);
  }

  @Test
  void a_server_told_to_stop_is_not_ready_but_serves_on_and_closes_connections() throws Exception {
    server.drain();

    assertThat(client.get("/readyz").statusCode()).isEqualTo(503);
    HttpResponse<String> response = client.mutate(review(ANNOTATED));
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Connection")).contains("close");
  }

  @Test
  void closing_waits_for_requests_under_way() throws Exception {
    CompletableFuture<ObjectLookup<IdentityAnnotations>> slow = new CompletableFuture<>();
    accounts.answer(UNSEEN, slow);
    CompletableFuture<HttpResponse<String>> underWay = sendAsync(review(UNSEEN));
    await().until(() -> accounts.lookUps() == 1);

    CompletableFuture<Void> closed = CompletableFuture.runAsync(server::close);
    await().until(this::refusesConnections);
    assertThat(closed).isNotDone();
    slow.complete(new ObjectLookup.Found<>(FakeServiceAccounts.withRole(ROLE)));

    assertThat(underWay.get(30, TimeUnit.SECONDS).body()).contains("\"patch\"");
    closed.get(30, TimeUnit.SECONDS);
  }

  @Test
  void a_client_that_does_not_trust_the_authority_or_asks_for_another_name_refuses()
      throws Exception {
    try (HttpClient stranger = HttpClient.newHttpClient();
        HttpClient trusting = HttpClient.newBuilder().sslContext(trust).build()) {
      HttpRequest right = HttpRequest.newBuilder(client.uri("/healthz")).build();
      assertThatThrownBy(() -> stranger.send(right, BodyHandlers.discarding()))
          .isInstanceOf(SSLHandshakeException.class);
      HttpRequest otherName =
          HttpRequest.newBuilder(URI.create("https://127.0.0.2:" + server.port() + "/healthz"))
              .build();
      assertThatThrownBy(() -> trusting.send(otherName, BodyHandlers.discarding()))
          .isInstanceOf(SSLHandshakeException.class);
    }
  }

  @Test
  void plain_text_on_the_tls_port_is_not_answered() throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket
          .getOutputStream()
          .write("GET /healthz HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      byte[] answer = readToEnd(socket);
      assertThat(new String(answer, StandardCharsets.ISO_8859_1)).doesNotContain("HTTP/1.1 200");
    }
  }

  @Test
  void a_thousand_connections_at_once_are_all_answered() throws Exception {
    String review = review(ANNOTATED);
    List<CompletableFuture<HttpResponse<String>>> responses = new ArrayList<>();
    List<HttpsClient> clients = new ArrayList<>();
    try {
      // An HttpClient opens a connection for each HTTP/1.1 request under way.
      HttpsClient many = new HttpsClient(trust, server.port());
      clients.add(many);
      for (int i = 0; i < 1_000; i++) {
        responses.add(sendAsync(many, review));
      }
      for (CompletableFuture<HttpResponse<String>> response : responses) {
        assertThat(response.get(120, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
      }
    } finally {
      clients.forEach(HttpsClient::close);
    }
    assertThat(metric("webidentity_decisions_total", "reason=\"injected\"")).isEqualTo(1_000);
  }

  @Test
  void clients_that_send_slowly_or_nothing_hold_up_nobody() throws Exception {
    List<Socket> slow = new ArrayList<>();
    try {
      for (int i = 0; i < 50; i++) {
        SSLSocket halfRequest =
            (SSLSocket) trust.getSocketFactory().createSocket("localhost", server.port());
        slow.add(halfRequest);
        OutputStream out = halfRequest.getOutputStream();
        out.write(
            ("POST /mutate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                    + "Content-Length: 1000\r\n\r\n{")
                .getBytes(StandardCharsets.US_ASCII));
        out.flush();
        slow.add(new Socket(InetAddress.getLoopbackAddress(), server.port()));
      }

      assertThat(client.mutate(review(ANNOTATED)).statusCode()).isEqualTo(200);
    } finally {
      for (Socket socket : slow) {
        socket.close();
      }
    }
    assertThat(client.mutate(review(ANNOTATED)).statusCode()).isEqualTo(200);
  }

  private boolean refusesConnections() throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
      return false;
    } catch (ConnectException e) {
      return true;
    }
  }

  private CompletableFuture<HttpResponse<String>> sendAsync(String body) {
    return sendAsync(client, body);
  }

  private static CompletableFuture<HttpResponse<String>> sendAsync(HttpsClient from, String body) {
    return from.http()
        .sendAsync(
            HttpRequest.newBuilder(from.uri("/mutate"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build(),
            BodyHandlers.ofString());
  }

  private double metric(String name, String label) throws Exception {
    return plain("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith(name) && line.contains(label))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  private HttpResponse<String> plain(String path) throws IOException, InterruptedException {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(HttpRequest.newBuilder(plainUri(path)).build(), BodyHandlers.ofString());
    }
  }

  private URI plainUri(String path) {
    return URI.create("http://localhost:" + server.metricsPort() + path);
  }

  private static byte[] readToEnd(Socket socket) throws IOException {
    try (InputStream in = socket.getInputStream()) {
      return in.readAllBytes();
    } catch (java.net.SocketException e) {
      return new byte[0];
    }
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream compressing = new GZIPOutputStream(bytes)) {
      compressing.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  private static String review(AccountKey account) {
    return Reviews.podCreation("u-1", account.namespace(), account.name());
  }

  private static String sized(int bytes) {
    String pod =
        "{\"metadata\":{\"name\":\"p\"},\"spec\":{\"serviceAccountName\":\"annotated\",\"containers\":[]}}";
    int without = Reviews.podCreation("u-1", "shop", pod, "").length();
    return Reviews.podCreation("u-1", "shop", pod, "x".repeat(bytes - without));
  }
}
