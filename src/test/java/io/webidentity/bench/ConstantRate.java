package io.webidentity.bench;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLSocket;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Load at a constant rate, as a cluster makes it: every request has a time at which it is due,
 * whatever became of those before, and its latency counts from then. A server that stops for a
 * while is seen with all that waited for it (no coordinated omission).
 */
final class ConstantRate {
  private static final int CONNECTIONS = 8;
  private static final String OK = "HTTP/1.1 200 ";

  private final Target target;
  private final byte[] request;
  private final String expected;

  ConstantRate(Target target, ReviewBody body) {
    this.target = target;
    this.request = request(target, body);
    this.expected = body.injected() ? "\"patchType\":\"JSONPatch\"" : "\"allowed\":true";
  }

  /** Sends the body so many times a second. */
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
      List<Future<?>> connections = new ArrayList<>();
      for (int i = 0; i < CONNECTIONS; i++) {
        connections.add(threads.submit(() -> serve(schedule, micros, failed)));
      }
      for (Future<?> connection : connections) {
        connection.get();
      }
    } catch (java.util.concurrent.ExecutionException e) {
      throw new IllegalStateException("a connection failed", e);
    }
    TreeMap<Double, Long> percentiles = new TreeMap<>();
    for (double percentile : Latencies.PERCENTILES) {
      percentiles.put(percentile, micros.getValueAtPercentile(percentile));
    }
    double took = (System.nanoTime() - schedule.start()) / 1e9;
    return new Latencies(micros.getTotalCount(), failed.get(), took, percentiles);
  }

  private void serve(Schedule schedule, Histogram micros, AtomicLong failed) {
    while (schedule.hasMore()) {
      try (SSLSocket socket =
          (SSLSocket)
              target
                  .trust()
                  .getSocketFactory()
                  .createSocket(target.url().getHost(), target.url().getPort())) {
        socket.setTcpNoDelay(true);
        serve(new Connection(socket), schedule, micros, failed);
      } catch (IOException e) {
        failed.incrementAndGet();
      }
    }
  }

  private void serve(Connection connection, Schedule schedule, Histogram micros, AtomicLong failed)
      throws IOException {
    for (long due = schedule.next(); due != Schedule.END; due = schedule.next()) {
      for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
        LockSupport.parkNanos(wait);
      }
      String answer = connection.exchange(request);
      micros.recordValue(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - due));
      if (!answer.startsWith(OK) || !answer.contains(expected)) {
        failed.incrementAndGet();
      }
    }
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

    boolean hasMore() {
      return taken.get() < requests;
    }

    /** When the next is due, by {@link System#nanoTime}. */
    long next() {
      long index = taken.getAndIncrement();
      return index < requests ? start + index * interval : END;
    }
  }

  /** One kept connection, HTTP/1.1. */
  private static final class Connection {
    private static final String LENGTH = "content-length:";

    private final InputStream input;
    private final OutputStream output;

    Connection(SSLSocket socket) throws IOException {
      this.input = new BufferedInputStream(socket.getInputStream(), 32 * 1024);
      this.output = socket.getOutputStream();
    }

    /** Sends a request; the whole answer. */
    String exchange(byte[] request) throws IOException {
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
