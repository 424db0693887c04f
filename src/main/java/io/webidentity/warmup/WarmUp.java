package io.webidentity.warmup;

import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.webidentity.watch.Threads;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the server about pods, over TLS at its own port, until all that an answer needs has been
 * loaded and linked, or its time is over: the first API server that asks need not wait for that.
 * Compiling is left to real requests, which take some milliseconds until then.
 *
 * <p>It fails nothing: a server that cannot reach itself is ready without, and says so in its log.
 */
public final class WarmUp implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);

  /** Handshakes: each is followed by its share of the requests. */
  private static final int CONNECTIONS = 4;

  private static final int REQUESTS = 40;

  /** From the first answer on: a slow machine is not to be kept from its first request for long. */
  private static final Duration LONGEST = Duration.ofMillis(150);

  private static final int OK = 200;

  private final Transport transport;
  private final Predicate<X509Certificate> own;
  private final String contentType;
  private final Duration bound;
  private volatile boolean finished;
  private volatile @Nullable Thread thread;

  /**
   * Not started.
   *
   * @param transport of the connections
   * @param own whether a certificate is one that the server itself serves
   * @param contentType of the requests: what tells the server that they are no API server's
   * @param bound the longest that it may take to the first answer
   */
  public WarmUp(
      Transport transport, Predicate<X509Certificate> own, String contentType, Duration bound) {
    this.transport = transport;
    this.own = own;
    this.contentType = contentType;
    this.bound = bound;
  }

  /** Starts on a thread of its own; see {@link #finished}. */
  public void start(int port) {
    Thread started = Threads.ofTasks("warm-up-").newThread(() -> run(port));
    thread = started;
    started.start();
  }

  /** Whether it is over, however it went. */
  public boolean finished() {
    return finished;
  }

  private void run(int port) {
    long start = System.nanoTime();
    try {
      int answered = ask(port, start + bound.toNanos());
      LOG.debug("warm-up: {} reviews in {} ms", answered, millis(System.nanoTime() - start));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Throwable e) {
      LOG.warn("the warm-up failed, and the first answers may take longer: {}", e.toString());
    } finally {
      finished = true;
    }
  }

  /** Returns how many answers there were. */
  private int ask(int port, long deadline) throws IOException, InterruptedException {
    SslContext tls = trustingOwn();
    int answered = 0;
    long end = deadline;
    for (int connection = 1; connection <= CONNECTIONS && left(end) > 0; connection++) {
      // Both ends take the next event loop: without this, every other one would be a client alone.
      EventLoop _ = transport.eventLoops().next();
      try (LoopbackClient client = LoopbackClient.connect(transport, tls, port, left(end))) {
        while (answered < connection * REQUESTS / CONNECTIONS && left(end) > 0) {
          byte[] review = SampleReviews.ALL.get(answered % SampleReviews.ALL.size());
          int status = client.post("/mutate", contentType, review, left(end));
          if (status != OK) {
            throw new IOException("a review was answered " + status);
          }
          answered++;
          if (answered == 1) {
            end = System.nanoTime() + LONGEST.toNanos();
          }
        }
      } catch (SocketTimeoutException e) {
        break; // A slow machine, perhaps: that is what the bound is for.
      }
    }
    if (answered == 0) {
      throw new SocketTimeoutException("no answer within " + bound.toMillis() + " ms");
    }
    return answered;
  }

  /** For this one purpose: a name is not verified, as the very certificate is known. */
  private SslContext trustingOwn() throws IOException {
    return SslContextBuilder.forClient()
        .trustManager(new OwnCertificateTrust(own))
        .endpointIdentificationAlgorithm(null)
        .build();
  }

  private static long left(long deadline) {
    return millis(deadline - System.nanoTime());
  }

  private static long millis(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(nanos);
  }

  /** Ends it. */
  @Override
  public void close() {
    Thread running = thread;
    if (running != null) {
      running.interrupt();
    }
  }
}
