package io.webidentity.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.webidentity.testing.pod.Reviews;
import io.webidentity.testing.server.HttpsClient;
import io.webidentity.testing.server.RawConnection;
import io.webidentity.testing.server.ServerProcess;
import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;

/** The distribution as a process that may open few files, with more slow clients than that. */
final class FileLimitTest {
  private static final int FILES = 300;
  private static final int SLOW = 400;
  private static final String HALF_A_HEAD = "POST /mutate HTTP/1.1\r\nHost: localhost\r\nX: ";
  private static final List<String> LIMITED =
      List.of(
          "sh",
          "-c",
          "ulimit -n " + FILES + " && exec \"$0\" \"$@\"",
          Path.of("target/dist/bin/webhook").toAbsolutePath().toString());

  @Test
  void more_slow_clients_than_files_keep_nobody_out() throws Exception {
    List<RawConnection> slow = new ArrayList<>();
    try (ServerProcess server =
            ServerProcess.start(
                Path.of("").toAbsolutePath(),
                LIMITED,
                Map.of(),
                "--service-accounts=src/test/resources/demo/service-account.yaml");
        HttpsClient apiServer = awaited(server).client()) {
      byte[] review = Reviews.podCreation("u-1", "shop", "any").getBytes(StandardCharsets.UTF_8);
      assertThat(server.mutate(review).statusCode()).isEqualTo(200);

      for (int i = 0; i < SLOW; i++) {
        slow.add(RawConnection.plain(i % 4 == 0 ? server.metricsPort() : port(server)));
        slow.getLast().send(HALF_A_HEAD);
        if (i % 8 == 1) {
          addSlowTls(slow, server.trust(), port(server));
        }
      }

      for (String path : List.of("/healthz", "/readyz")) {
        assertThat(server.get(path).statusCode()).as(path).isEqualTo(200);
        assertThat(answer(server.metricsPort(), path)).as(path).startsWith("HTTP/1.1 200 ");
        assertThat(apiServer.get(path).statusCode()).as(path).isEqualTo(200);
      }
      assertThat(server.mutate(review).statusCode()).isEqualTo(200);
      assertThat(server.metrics())
          .containsPattern("webidentity_connections_closed_total\\{reason=\"evicted\"} [1-9]");
      assertThat(server.output()).doesNotContain("Too many open files");
    } finally {
      for (RawConnection connection : slow) {
        connection.close();
      }
    }
  }

  private static ServerProcess awaited(ServerProcess server) {
    server.awaitReady();
    return server;
  }

  /** The server may close it while others come. */
  private static void addSlowTls(List<RawConnection> slow, SSLContext trust, int port)
      throws IOException {
    try {
      RawConnection connection = RawConnection.tls(trust, port);
      slow.add(connection);
      connection.send(HALF_A_HEAD);
    } catch (SSLException | SocketException _) {
      // It was the oldest already.
    }
  }

  private static int port(ServerProcess server) {
    return server.uri("/").getPort();
  }

  private static String answer(int port, String path) throws IOException {
    try (RawConnection connection = RawConnection.plain(port)) {
      return connection.send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n").readResponse();
    }
  }
}
