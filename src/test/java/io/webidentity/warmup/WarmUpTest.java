package io.webidentity.warmup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.Future;
import io.webidentity.secret.SecretText;
import io.webidentity.testing.server.LoopbackPorts;
import io.webidentity.testing.server.TestAuthority;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

final class WarmUpTest {
  private static final String SECRET = "application/json; warm-up=secret";

  private final EventLoopGroup eventLoops =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final Queue<String> contentTypes = new ConcurrentLinkedQueue<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger(WarmUp.class);
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

  @BeforeEach
  void listen() {
    lines.start();
    logger.addAppender(lines);
    logger.setLevel(Level.WARN);
  }

  @AfterEach
  void stop() {
    logger.detachAppender(lines);
    logger.setLevel(null);
    Future<?> _ = eventLoops.shutdownGracefully();
  }

  @Test
  void the_server_is_asked_with_the_secret_and_then_it_is_over() throws Exception {
    HttpsServer server = server(200);
    try (WarmUp warmUp = warmUp(_ -> true)) {
      assertThat(warmUp.finished()).isFalse();
      warmUp.start(server.getAddress().getPort());

      await().atMost(Duration.ofMinutes(1)).until(warmUp::finished);
    } finally {
      server.stop(0);
    }
    assertThat(contentTypes).isNotEmpty().containsOnly(SECRET);
    assertThat(lines.list).noneMatch(line -> line.getLevel().equals(Level.WARN));
  }

  @Test
  void a_server_with_another_certificate_is_asked_nothing() throws Exception {
    HttpsServer server = server(200);
    try (WarmUp warmUp = warmUp(_ -> false)) {
      warmUp.start(server.getAddress().getPort());

      await().atMost(Duration.ofMinutes(1)).until(warmUp::finished);
    } finally {
      server.stop(0);
    }
    assertThat(contentTypes).isEmpty();
    assertItIsSaidOnce();
  }

  @Test
  void a_port_that_nobody_reaches_is_said_once_and_ends_it() throws Exception {
    try (WarmUp warmUp = warmUp(_ -> true)) {
      warmUp.start(LoopbackPorts.free());

      await().atMost(Duration.ofMinutes(1)).until(warmUp::finished);
    }
    assertItIsSaidOnce();
  }

  @Test
  void a_port_that_never_answers_delays_for_the_bound_alone() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        WarmUp warmUp = warmUp(_ -> true, Duration.ofMillis(200))) {
      warmUp.start(silent.getLocalPort());

      await().atMost(Duration.ofMinutes(1)).until(warmUp::finished);
    }
    assertItIsSaidOnce();
  }

  @Test
  void an_answer_that_is_no_answer_ends_it() throws Exception {
    HttpsServer server = server(503);
    try (WarmUp warmUp = warmUp(_ -> true)) {
      warmUp.start(server.getAddress().getPort());

      await().atMost(Duration.ofMinutes(1)).until(warmUp::finished);
    } finally {
      server.stop(0);
    }
    assertThat(contentTypes).hasSize(1);
    assertItIsSaidOnce();
  }

  @Test
  void closing_ends_one_that_is_under_way() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      WarmUp warmUp = warmUp(_ -> true);
      warmUp.start(silent.getLocalPort());
      warmUp.close();

      await().atMost(Duration.ofSeconds(30)).until(warmUp::finished);
    }
  }

  private void assertItIsSaidOnce() {
    assertThat(lines.list)
        .filteredOn(line -> line.getLevel().equals(Level.WARN))
        .singleElement()
        .satisfies(line -> assertThat(line.getFormattedMessage()).contains("warm-up failed"));
  }

  private WarmUp warmUp(Predicate<X509Certificate> own) {
    return warmUp(own, Duration.ofMinutes(1));
  }

  private WarmUp warmUp(Predicate<X509Certificate> own, Duration bound) {
    return new WarmUp(
        new Transport(eventLoops, NioSocketChannel.class), own, SecretText.of(SECRET), bound);
  }

  private HttpsServer server(int status) throws IOException {
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(
        new HttpsConfigurator(new TestAuthority().serverContext("127.0.0.1")));
    server.createContext("/mutate", exchange -> answer(exchange, status));
    server.start();
    return server;
  }

  private void answer(HttpExchange exchange, int status) throws IOException {
    try (exchange) {
      contentTypes.add(exchange.getRequestHeaders().getFirst("Content-Type"));
      exchange.getRequestBody().readAllBytes();
      exchange.sendResponseHeaders(status, -1);
    }
  }
}
