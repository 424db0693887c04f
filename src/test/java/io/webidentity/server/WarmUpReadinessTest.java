package io.webidentity.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Replaces;
import io.micronaut.context.annotation.Requires;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.Future;
import io.webidentity.account.AccountKey;
import io.webidentity.admission.WarmUpDiversion;
import io.webidentity.certificate.ServingCertificateProvider;
import io.webidentity.testing.pod.Reviews;
import io.webidentity.testing.server.FakeServiceAccounts;
import io.webidentity.testing.server.HttpsClient;
import io.webidentity.testing.server.TrustingClients;
import io.webidentity.warmup.Transport;
import io.webidentity.warmup.WarmUp;
import jakarta.inject.Singleton;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a server says of itself while its warm-up is under way, and after it. */
final class WarmUpReadinessTest {
  private static final String HELD = "webidentity.test.held-warm-up";
  private static final CountDownLatch UNDER_WAY = new CountDownLatch(1);
  private static final CountDownLatch GOES_ON = new CountDownLatch(1);
  private static final EventLoopGroup EVENT_LOOPS =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private static final AccountKey ACCOUNT = new AccountKey("shop", "reports");

  @TempDir Path folder;

  private Path authority;
  private WebhookServer server;

  @BeforeEach
  void start() throws Exception {
    System.setProperty(HELD, "true");
    authority = folder.resolve("ca.crt");
    ServeSettings settings = TestSettings.selfSigned(authority);
    server =
        WebhookServer.start(
            settings,
            new FakeServiceAccounts().know(ACCOUNT, "arn:aws:iam::111122223333:role/reports"),
            Sources.certificates(settings, () -> true));
  }

  @AfterEach
  void stop() {
    System.clearProperty(HELD);
    GOES_ON.countDown();
    server.close();
    Future<?> _ = EVENT_LOOPS.shutdownGracefully();
  }

  @Test
  void it_is_not_ready_because_of_the_warm_up_alone_and_serves_all_the_same() throws Exception {
    try (HttpsClient client =
        new HttpsClient(TrustingClients.sslContext(authority), server.port())) {
      assertThat(UNDER_WAY.await(1, TimeUnit.MINUTES)).isTrue();

      HttpResponse<String> notReady = client.get("/readyz");
      assertThat(notReady.statusCode()).isEqualTo(503);
      assertThat(notReady.body()).isEqualTo("not ready: the warm-up is not over yet\n");
      assertThat(plain("/readyz")).isEqualTo(notReady.body());
      assertThat(client.get("/healthz").statusCode()).isEqualTo(200);
      String review = Reviews.podCreation("u-1", ACCOUNT.namespace(), ACCOUNT.name());
      assertThat(client.mutate(review).body()).contains("\"patch\"");

      GOES_ON.countDown();

      await().atMost(Duration.ofMinutes(1)).until(() -> server.missing().isEmpty());
      assertThat(client.get("/readyz").statusCode()).isEqualTo(200);
      assertThat(plain("/readyz")).isEqualTo("ok\n");
    }
  }

  private String plain(String path) throws Exception {
    URI uri = URI.create("http://localhost:" + server.metricsPort() + path);
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
    }
  }

  /** The server's warm-up, but for an own thread, which is held within its first handshake. */
  @Factory
  @Requires(property = HELD)
  static final class HeldWarmUpBeans {
    @Singleton
    @Bean(preDestroy = "close")
    @Replaces(value = WarmUp.class, factory = WarmUpBeans.class)
    WarmUp warmUp(ServingCertificateProvider certificates, WarmUpDiversion diversion) {
      return new WarmUp(
          new Transport(EVENT_LOOPS, NioSocketChannel.class),
          leaf -> heldBack(leaf, certificates),
          diversion.contentType(),
          Duration.ofMinutes(2));
    }

    private static boolean heldBack(X509Certificate leaf, ServingCertificateProvider certificates) {
      UNDER_WAY.countDown();
      try {
        GOES_ON.await();
        return certificates.serves(leaf);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
  }
}
