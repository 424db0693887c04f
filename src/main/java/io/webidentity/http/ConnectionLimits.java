package io.webidentity.http;

import static java.util.Comparator.naturalOrder;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How long a client may take for each part of a request, however it spreads its bytes, and how many
 * connections there may be.
 *
 * @param handshake from the connection to the end of the TLS handshake
 * @param head from the first byte of a request to the end of its head
 * @param body from there to the last byte of the body
 * @param farewell from the last answer to the client's close
 * @param tlsConnections on the TLS port
 * @param plainConnections on the plain port
 */
public record ConnectionLimits(
    Duration handshake,
    Duration head,
    Duration body,
    Duration farewell,
    int tlsConnections,
    int plainConnections) {
  /**
   * The longest an API server waits for a webhook: a machine too busy for a handshake must not cut
   * it earlier.
   */
  private static final Duration HANDSHAKE = Duration.ofSeconds(30);

  /**
   * API servers send a request in milliseconds, and by default give up on a webhook after 10 s:
   * what takes longer has nobody who waits for it.
   */
  private static final Duration REQUEST = Duration.ofSeconds(10);

  private static final Duration FAREWELL = Duration.ofSeconds(2);

  /**
   * Four for each request that may be under way: API servers keep those of their last peak, and
   * those of an API server that was replaced stay until they are found dead.
   */
  private static final int TLS_CONNECTIONS_A_REQUEST = 4;

  /** Prometheus servers, kubelets and people. */
  private static final int PLAIN_CONNECTIONS = 200;

  /** Files that are opened later: connections to the API server, tokens, certificates, policies. */
  private static final int LATER_FILES = 64;

  /** One connection in so many is the plain port's where the files do not suffice for all. */
  private static final int PLAIN_SHARE = 4;

  /**
   * The limits of this process, which may have so many requests under way; of the files that the
   * kernel lets it open, those open now and a reserve are left out.
   */
  public static ConnectionLimits ofThisProcess(int maxRequests) {
    return of(maxRequests, filesLeft());
  }

  /** The limits where so many files are left for connections. */
  static ConnectionLimits of(int maxRequests, long files) {
    int plain = Math.clamp(files / PLAIN_SHARE, 1, PLAIN_CONNECTIONS);
    int tls = Math.clamp(files - plain, 1, maxRequests * TLS_CONNECTIONS_A_REQUEST);
    return new ConnectionLimits(HANDSHAKE, REQUEST, REQUEST, FAREWELL, tls, plain);
  }

  /** How long a phase may last; null: as long as it will. */
  @Nullable Duration of(Phase phase) {
    return switch (phase) {
      case HANDSHAKE -> handshake;
      case HEAD -> head;
      case BODY -> body;
      case LEAVING -> farewell;
      case IDLE, WAITING -> null;
    };
  }

  /** How often to look for who is too slow: the deadlines are as exact as that. */
  Duration lookEvery() {
    Duration shortest =
        Stream.of(handshake, head, body, farewell).min(naturalOrder()).orElseThrow();
    return shortest.dividedBy(2);
  }

  private static long filesLeft() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
        ? system.getMaxFileDescriptorCount() - system.getOpenFileDescriptorCount() - LATER_FILES
        : Long.MAX_VALUE;
  }
}
