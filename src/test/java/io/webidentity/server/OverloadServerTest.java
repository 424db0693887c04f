package io.webidentity.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.webidentity.account.AccountKey;
import io.webidentity.account.IdentityAnnotations;
import io.webidentity.http.ConnectionLimits;
import io.webidentity.injection.Reason;
import io.webidentity.kubernetes.ObjectLookup;
import io.webidentity.testing.pod.Reviews;
import io.webidentity.testing.server.FakeServiceAccounts;
import io.webidentity.testing.server.HttpsClient;
import io.webidentity.testing.server.ManyConnections;
import io.webidentity.testing.server.ManyConnections.Answer;
import io.webidentity.testing.server.TrustingClients;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * A server at several times its capacity, over real connections. Look-ups that hang keep requests
 * under way, so that what is answered meanwhile was not waited with.
 */
final class OverloadServerTest {
  /** As docs/performance.md says. */
  private static final int CAPACITY = 600;

  private static final int CONNECTIONS = 4 * CAPACITY;
  private static final int MAX_BODY_BYTES = 8 * 1024 * 1024;
  private static final byte[] ALL_BUT_ONE_BYTE = new byte[MAX_BODY_BYTES - 1];
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String ROLE = "arn:aws:iam::111122223333:role/reports";
  private static final AccountKey KNOWN = new AccountKey("shop", "known");
  private static final AccountKey SLOW = new AccountKey("shop", "slow");

  @TempDir Path folder;

  private final FakeServiceAccounts accounts = new FakeServiceAccounts().know(KNOWN, ROLE);
  private final Logger logger = (Logger) LoggerFactory.getLogger("io.webidentity.admission");
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private CompletableFuture<ObjectLookup<IdentityAnnotations>> lookUp;
  private Path authority;
  private WebhookServer server;

  @BeforeEach
  void start() throws Exception {
    lines.start();
    lines.addFilter(new LineLimit(System::nanoTime)); // As the program logs.
    logger.addAppender(lines);
    logger.setLevel(Level.WARN);
    authority = folder.resolve("ca.crt");
    ServeSettings settings = TestSettings.selfSigned(authority);
    server =
        WebhookServer.start(
            settings,
            accounts,
            Sources.namespaces(settings),
            Sources.certificates(settings, () -> true),
            patient());
    await().until(() -> server.missing().isEmpty());
    lookUp = hang();
  }

  @AfterEach
  void stop() {
    lookUp.complete(new ObjectLookup.NotFound<>());
    server.close();
    logger.setLevel(null);
    logger.detachAppender(lines);
  }

  @Test
  void beyond_its_capacity_requests_are_refused_while_others_are_under_way() throws Exception {
    try (ManyConnections clients = ManyConnections.open(authority, server.port(), CONNECTIONS)) {
      List<CompletableFuture<Answer>> answers = sendAll(clients, SLOW);
      awaitRefused(answers, CONNECTIONS - CAPACITY);

      assertThat(accounts.lookUps()).isEqualTo(CAPACITY);
      assertThat(metric("webidentity_requests_in_flight", "")).isEqualTo(CAPACITY);
      assertThat(metric("webidentity_decisions_total", "reason=\"overloaded\""))
          .isEqualTo(CONNECTIONS - CAPACITY);
      assertThat(answers)
          .filteredOn(CompletableFuture::isDone)
          .allSatisfy(answer -> assertRefused(answer.join()));
      assertThat(overloadLines()).isBetween(1L, 100L);

      lookUp.complete(new ObjectLookup.Found<>(FakeServiceAccounts.withRole(ROLE)));

      assertOthersArePatched(answers);
    }
  }

  @Test
  void it_says_that_it_lives_and_is_ready_while_it_refuses_what_it_knows_too() throws Exception {
    try (ManyConnections clients = ManyConnections.open(authority, server.port(), CAPACITY + 2);
        HttpsClient probe = new HttpsClient(TrustingClients.sslContext(authority), server.port())) {
      List<CompletableFuture<Answer>> answers = sendAll(clients, SLOW);
      awaitRefused(answers, 2);

      for (String path : List.of("/healthz", "/readyz")) {
        assertThat(probe.get(path).statusCode()).as(path).isEqualTo(200);
        assertThat(plain(path)).as(path).isEqualTo("ok\n");
      }
      int free =
          IntStream.range(0, clients.count())
              .filter(i -> answers.get(i).isDone())
              .findFirst()
              .orElseThrow();
      assertRefused(get(clients.mutate(free, review(KNOWN, free))));
      assertRefused(get(clients.mutateInChunks(free, review(KNOWN, free))));
    }
  }

  @Test
  void once_load_falls_it_has_its_whole_capacity_again() throws Exception {
    try (ManyConnections clients = ManyConnections.open(authority, server.port(), CONNECTIONS)) {
      for (int wave = 1; wave <= 2; wave++) {
        List<CompletableFuture<Answer>> answers = sendAll(clients, SLOW);
        awaitRefused(answers, CONNECTIONS - CAPACITY);
        // Had one of those before not left, there would be room for one fewer.
        assertThat(accounts.lookUps()).isEqualTo(wave * CAPACITY);
        lookUp.complete(new ObjectLookup.Found<>(FakeServiceAccounts.withRole(ROLE)));
        assertOthersArePatched(answers);
        lookUp = hang();

        // On every connection, whatever its last answer was.
        List<CompletableFuture<Answer>> known = sendAll(clients, KNOWN);
        for (int i = 0; i < known.size(); i++) {
          assertPatched(get(known.get(i)), i);
        }
      }
    }
  }

  @Test
  void large_bodies_of_more_than_an_eighth_of_the_heap_are_refused_and_small_ones_are_not()
      throws Exception {
    long bound = Runtime.getRuntime().maxMemory() / 8;
    int room = 1024 * 1024;
    int bodies = Math.toIntExact(Math.ceilDiv(bound - room, MAX_BODY_BYTES));
    byte[] large = review(SLOW, 0, Math.toIntExact((bound - room) / bodies));
    assertThat(bodies).isBetween(2, CAPACITY - 1);

    try (ManyConnections clients = ManyConnections.open(authority, server.port(), bodies + 1)) {
      List<CompletableFuture<Answer>> answers = new ArrayList<>();
      for (int i = 0; i < bodies; i++) {
        answers.add(i % 4 == 0 ? clients.mutateInChunks(i, large) : clients.mutate(i, large));
        // One after the other, as this process has to hold what is on its way as well.
        int sent = answers.size();
        await()
            .pollInterval(Duration.ofMillis(2))
            .atMost(PATIENCE)
            .until(() -> accounts.lookUps() == sent);
      }

      assertRefused(get(clients.mutate(bodies, large)));
      assertRefused(get(clients.mutateInChunks(bodies, large)));
      assertPatched(get(clients.mutate(bodies, review(KNOWN, 1))), 1);
      assertThat(answers).noneMatch(CompletableFuture::isDone);
      lookUp.complete(new ObjectLookup.Found<>(FakeServiceAccounts.withRole(ROLE)));

      for (CompletableFuture<Answer> answer : answers) {
        assertPatched(get(answer), 0);
      }
      assertPatched(get(clients.mutate(bodies, large)), 0);
    }
  }

  @Test
  void bodies_that_never_come_to_their_end_hold_a_quarter_of_the_heap_at_most() throws Exception {
    int room = Math.toIntExact(Runtime.getRuntime().maxMemory() / 4 / MAX_BODY_BYTES);
    int tooMany = 4;

    try (ManyConnections clients =
        ManyConnections.open(authority, server.port(), room + tooMany + 1)) {
      for (int i = 0; i < room + tooMany; i++) {
        CompletableFuture<Answer> _ = clients.mutate(i, ALL_BUT_ONE_BYTE, MAX_BODY_BYTES);
      }

      await().atMost(PATIENCE).until(() -> overloaded() >= tooMany);
      assertThat(overloaded()).isEqualTo(tooMany);
      assertPatched(get(clients.mutate(room + tooMany, review(KNOWN, 1))), 1);
    }
  }

  @Test
  void bodies_are_thrown_away_on_the_plain_port() throws Exception {
    for (int i = 0; i < 4; i++) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.metricsPort())) {
        sendAllButOneByte(socket);
        assertThat(plain("/readyz")).isEqualTo("ok\n");
        socket.getOutputStream().write('}');
        BufferedReader answer =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
        assertThat(answer.readLine()).isEqualTo("HTTP/1.1 404 Not Found");
      }
    }
  }

  /** The bounds of this process; on a slow machine bodies come in for longer than 10 s. */
  private static ConnectionLimits patient() {
    ConnectionLimits limits = ConnectionLimits.ofThisProcess(CAPACITY);
    return new ConnectionLimits(
        limits.handshake(),
        PATIENCE,
        PATIENCE,
        limits.farewell(),
        limits.tlsConnections(),
        limits.plainConnections());
  }

  private static void sendAllButOneByte(Socket socket) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(
        "POST /mutate HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n"
            .formatted(MAX_BODY_BYTES)
            .getBytes(StandardCharsets.US_ASCII));
    out.write(ALL_BUT_ONE_BYTE);
  }

  private double overloaded() throws Exception {
    return metric("webidentity_decisions_total", "reason=\"overloaded\"");
  }

  /** A review on each connection at once, each with an UID of its own, one in four in chunks. */
  private static List<CompletableFuture<Answer>> sendAll(
      ManyConnections clients, AccountKey account) {
    return IntStream.range(0, clients.count())
        .mapToObj(i ->
            i % 4 == 0
                ? clients.mutateInChunks(i, review(account, i))
                : clients.mutate(i, review(account, i)))
        .toList();
  }

  /** Waits for that many answers, and for what remains to be under way. */
  private void awaitRefused(List<CompletableFuture<Answer>> answers, int refused) {
    await()
        .atMost(PATIENCE)
        .until(() -> answers.stream().filter(CompletableFuture::isDone).count() >= refused);
    assertThat(answers.stream().filter(CompletableFuture::isDone)).hasSize(refused);
  }

  /** Those that were let in have the answers to their own reviews. */
  private static void assertOthersArePatched(List<CompletableFuture<Answer>> answers)
      throws Exception {
    int patched = 0;
    for (int i = 0; i < answers.size(); i++) {
      Answer answer = get(answers.get(i));
      if (answer.status() == 200) {
        assertPatched(answer, i);
        patched++;
      } else {
        assertRefused(answer);
      }
    }
    assertThat(patched).isEqualTo(CAPACITY);
  }

  private static void assertPatched(Answer answer, int uid) {
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).contains("\"uid\":\"u-" + uid + "\"").contains("\"patch\"");
  }

  private static void assertRefused(Answer answer) {
    assertThat(answer)
        .isEqualTo(
            new Answer(
                503,
                Optional.of("1"),
                "too many requests are under way; the API server is asked to try again\n"));
  }

  private long overloadLines() {
    return List.copyOf(lines.list).stream()
        .filter(line -> line.getFormattedMessage().equals(Reason.OVERLOADED.sentence()))
        .count();
  }

  private CompletableFuture<ObjectLookup<IdentityAnnotations>> hang() {
    CompletableFuture<ObjectLookup<IdentityAnnotations>> hanging = new CompletableFuture<>();
    accounts.answer(SLOW, hanging);
    return hanging;
  }

  private double metric(String name, String label) throws Exception {
    return plain("/metrics")
        .lines()
        .filter(line -> line.startsWith(name) && line.contains(label))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  private String plain(String path) throws Exception {
    URI uri = URI.create("http://localhost:" + server.metricsPort() + path);
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
    }
  }

  private static Answer get(CompletableFuture<Answer> answer) throws Exception {
    return answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  private static byte[] review(AccountKey account, int uid) {
    return Reviews.podCreation("u-" + uid, account.namespace(), account.name())
        .getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] review(AccountKey account, int uid, int bytes) {
    String pod =
        "{\"metadata\":{\"name\":\"p\"},\"spec\":{\"serviceAccountName\":\"%s\",\"containers\":[{\"name\":\"c\"}]}}"
            .formatted(account.name());
    int without = Reviews.podCreation("u-" + uid, account.namespace(), pod, "").length();
    return Reviews.podCreation("u-" + uid, account.namespace(), pod, "x".repeat(bytes - without))
        .getBytes(StandardCharsets.UTF_8);
  }
}
