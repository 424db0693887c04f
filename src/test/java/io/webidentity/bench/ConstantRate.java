package io.webidentity.bench;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLSocket;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Load at a constant rate, as a cluster makes it: every request has a time at which it is due,
 * whatever became of those before, and its latency counts from then. A server that stops for a
 * while is seen with all that waited for it (no coordinated omission).
 *
 * <p>Connections are kept from one run to the next, as API servers keep theirs, so that a first run
 * can warm up this program too: handshakes and code not yet compiled are the generator's latency,
 * not the target's.
 */
final class ConstantRate implements AutoCloseable {
  private static final int CONNECTIONS = 8;
  private static final String OK = "HTTP/1.1 200 ";

  private final byte[] request;
  private final String expected;
  private final List<Connection> connections = new ArrayList<>();

  ConstantRate(Target target, ReviewBody body) {
    this.request = request(target, body);
    this.expected = body.injected() ? "\"patchType\":\"JSONPatch\"" : "\"allowed\":true";
    for (int i = 0; i < CONNECTIONS; i++) {
      connections.add(new Connection(target));
    }
  }

  /** Sends the body so many times a second; one run after the other. */
  Latencies run(int perSecond, int seconds) throws InterruptedException {
    Histogram micros = new ConcurrentHistogram(TimeUnit.MINUTES.toMicros(10), 3);
    Schedule schedule =
        new Schedule(
            System.nanoTime(),
            TimeUnit.SECONDS.toNanos(1) / perSecond,
            (long) perSecond * seconds,
            new AtomicLong());
    AtomicLong failed = new AtomicLong();
    try (ExecutorService threads = Executors.newFixedThreadPool(CONNECTIONS)) {
      List<Future<?>> serving = new ArrayList<>();
      for (Connection connection : connections) {
        serving.add(threads.submit(() -> serve(connection, schedule, micros, failed)));
      }
      for (Future<?> connection : serving) {
        connection.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("a connection failed", e);
    }
    TreeMap<Double, Long> percentiles = new TreeMap<>();
    for (double percentile : Latencies.PERCENTILES) {
      percentiles.put(percentile, micros.getValueAtPercentile(percentile));
    }
    double took = (System.nanoTime() - schedule.start()) / 1e9;
    return new Latencies(micros.getTotalCount(), failed.get(), took, percentiles);
  }

  private void serve(
      Connection connection, Schedule schedule, Histogram micros, AtomicLong failed) {
    for (long due = schedule.next(); due != Schedule.END; due = schedule.next()) {
      for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
        LockSupport.parkNanos(wait);
      }
      try {
        String answer = connection.exchange(request);
        micros.recordValue(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - due));
        if (!answer.startsWith(OK) || !answer.contains(expected)) {
          failed.incrementAndGet();
        }
      } catch (IOException e) {
        failed.incrementAndGet();
        connection.close();
      }
    }
  }

  /** Closes the connections. */
  @Override
  public void close() {
    connections.forEach(Connection::close);
  }

  private static byte[] request(Target target, ReviewBody body) {
    byte[] head =
        """
        POST %s HTTP/1.1\r
        Host: %s:%d\r
        User-Agent: kube-apiserver-admission\r
        Content-Length: %d\r
        Accept: application/json, */*\r
        Content-Type: application/json\r
        Accept-Encoding: gzip\r
        \r
        """
            .formatted(
                target.url().getPath(),
                target.url().getHost(),
                target.url().getPort(),
                body.json().length)
            .getBytes(StandardCharsets.US_ASCII);
    byte[] request = new byte[head.length + body.json().length];
    System.arraycopy(head, 0, request, 0, head.length);
    System.arraycopy(body.json(), 0, request, head.length, body.json().length);
    return request;
  }

  /** When requests are due; shared by the connections. */
  private record Schedule(long start, long interval, long requests, AtomicLong taken) {
    static final long END = Long.MIN_VALUE;

    /** When the next is due, by {@link System#nanoTime}. */
    long next() {
      long index = taken.getAndIncrement();
      return index < requests ? start + index * interval : END;
    }
  }

  /** One kept connection, HTTP/1.1: opened by its first request, and anew after a failure. */
  private static final class Connection {
    private static final String LENGTH = "content-length:";

    private final Target target;
    private @Nullable SSLSocket socket;
    private InputStream input = InputStream.nullInputStream();
    private OutputStream output = OutputStream.nullOutputStream();

    Connection(Target target) {
      this.target = target;
    }

    private void open() throws IOException {
      SSLSocket opened =
          (SSLSocket)
              target
                  .trust()
                  .getSocketFactory()
                  .createSocket(target.url().getHost(), target.url().getPort());
      socket = opened;
      opened.setTcpNoDelay(true);
      input = new BufferedInputStream(opened.getInputStream(), 32 * 1024);
      output = opened.getOutputStream();
    }

    void close() {
      SSLSocket opened = socket;
      socket = null;
      if (opened != null) {
        try {
          opened.close();
        } catch (IOException e) {
          // It is of no use any more either way.
        }
      }
    }

    /** Sends a request; the whole answer. */
    String exchange(byte[] request) throws IOException {
      if (socket == null) {
        open();
      }
      output.write(request);
      output.flush();
      StringBuilder answer = new StringBuilder();
      int length = 0;
      for (String line = line(); !line.isEmpty(); line = line()) {
        answer.append(line).append('\n');
        if (line.regionMatches(true, 0, LENGTH, 0, LENGTH.length())) {
          length = Integer.parseInt(line.substring(LENGTH.length()).strip());
        }
      }
      return answer.append(new String(input.readNBytes(length), StandardCharsets.UTF_8)).toString();
    }

    private String line() throws IOException {
      StringBuilder line = new StringBuilder();
      for (int next = input.read(); next != '\n'; next = input.read()) {
        if (next < 0) {
          throw new IOException("the connection was closed");
        }
        if (next != '\r') {
          line.append((char) next);
        }
      }
      return line.toString();
    }
  }
}
