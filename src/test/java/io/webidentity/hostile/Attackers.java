package io.webidentity.hostile;

import io.webidentity.testing.pod.HostileReviews;
import io.webidentity.testing.server.HostileRequests;
import io.webidentity.testing.server.KeptConnection;
import io.webidentity.testing.server.SampleApiServer;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntFunction;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Clients that mean harm, all at once until they are closed: reviews that become large, answers
 * that nobody takes, bodies that never end, and requests that HTTP forbids. What becomes of them
 * matters to nobody; they open their connections again when the webhook closes them.
 */
final class Attackers implements AutoCloseable {
  private static final int POSTING = 8;
  private static final int NOT_READING = 8;
  private static final int FORBIDDEN = 4;
  private static final int SLOW = 50;
  private static final int MEBIBYTE = 1024 * 1024;
  private static final int LARGEST = 8 * MEBIBYTE - 2_048;

  /** As small as kills a server without bounds, and as large as one is read. */
  private static final int[] SIZES = {30_000, 90_000, 360_000, 2 * MEBIBYTE, LARGEST};

  /** Between two requests of one client. */
  private static final Duration PAUSE = Duration.ofMillis(100);

  private final URI url;
  private final SSLContext trust;
  private final List<byte[]> requests;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Future<?>> attacks = new ArrayList<>();
  private final LongAdder sent = new LongAdder();
  private volatile boolean closed;

  private Attackers(URI url, SSLContext trust, List<byte[]> requests) {
    this.url = url;
    this.trust = trust;
    this.requests = requests;
  }

  /** All requests that are posted; made once, as that takes more of a machine than its server. */
  static List<byte[]> requests(URI url) {
    List<byte[]> all = new ArrayList<>();
    for (IntFunction<byte[]> review :
        HostileReviews.of(SampleApiServer.NAMESPACE, SampleApiServer.WITH_ROLE).values()) {
      for (int size : SIZES) {
        all.add(KeptConnection.post(url, review.apply(size)));
      }
    }
    return List.copyOf(all);
  }

  /** Begins to send these requests, and others. */
  static Attackers start(URI url, SSLContext trust, List<byte[]> requests) {
    Attackers attackers = new Attackers(url, trust, requests);
    attackers.many(POSTING, attackers::postAndRead);
    attackers.many(NOT_READING, attackers::postWithoutReading);
    attackers.many(FORBIDDEN, attackers::breakRules);
    attackers.many(SLOW, attackers::beginAndWait);
    attackers.many(SLOW, attackers::trickle);
    return attackers;
  }

  /** How many requests they have sent, or begun to send. */
  long sent() {
    return sent.sum();
  }

  private void many(int clients, Attack attack) {
    for (int i = 0; i < clients; i++) {
      Random random = new Random(i);
      attacks.add(threads.submit(() -> again(attack, random)));
    }
  }

  /** One client's request on its connection. */
  private interface Attack {
    void attack(KeptConnection connection, Random random) throws IOException, InterruptedException;
  }

  @SuppressWarnings("try") // Closed after a failure, to be opened again.
  private @Nullable Void again(Attack attack, Random random) throws InterruptedException {
    try (KeptConnection connection = new KeptConnection(url, trust)) {
      while (!closed) {
        try {
          attack.attack(connection, random);
        } catch (IOException _) {
          // The webhook has closed the connection, as it should.
          connection.close();
        }
        sent.increment();
        Thread.sleep(PAUSE);
      }
    }
    return null;
  }

  private void postAndRead(KeptConnection connection, Random random) throws IOException {
    String _ = connection.exchange(post(random));
  }

  private void postWithoutReading(KeptConnection connection, Random random) throws IOException {
    connection.send(post(random));
  }

  private byte[] post(Random random) {
    return requests.get(random.nextInt(requests.size()));
  }

  /** What RFC 9112 forbids. */
  @SuppressWarnings("try") // Closed after an answer, to be opened again.
  private void breakRules(KeptConnection connection, Random random) throws IOException {
    HostileRequests[] forbidden = HostileRequests.values();
    String _ = connection.exchange(forbidden[random.nextInt(forbidden.length)].bytes());
    connection.close();
  }

  /** The head of a request, a byte at a time. */
  private void trickle(KeptConnection connection, Random random)
      throws IOException, InterruptedException {
    byte[] head = KeptConnection.post(url, new byte[0]);
    for (byte next : head) {
      connection.send(new byte[] {next});
      Thread.sleep(Duration.ofMillis(100L + random.nextInt(200)));
    }
  }

  /** Announces a large body, sends a part of it, and leaves it at that for a while. */
  private void beginAndWait(KeptConnection connection, Random random)
      throws IOException, InterruptedException {
    connection.send(Arrays.copyOf(requests.getLast(), random.nextInt(MEBIBYTE)));
    for (int i = 0; i < 100 && !closed; i++) {
      Thread.sleep(Duration.ofMillis(50));
    }
    connection.send(" ".getBytes(StandardCharsets.US_ASCII));
    throw new IOException("given up, as nothing ends this body");
  }

  /** Ends them all. */
  @Override
  public void close() {
    closed = true;
    threads.shutdownNow();
    threads.close();
  }
}
