package io.webidentity.bench;

import io.webidentity.testing.server.KeptConnection;
import java.io.IOException;
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
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Load at a constant rate, as a cluster makes it: every request has a time at which it is due,
 * whatever became of those before, and its latency counts from then. A server that stops for a
 * while is seen with all that waited for it (no coordinated omission).
 *
 * <p>Connections are kept from one run to the next, as API servers keep theirs, so that a first run
 * can warm up this program too: handshakes and code not yet compiled are the generator's latency,
 * not the target's.
 */
public final class ConstantRate implements AutoCloseable {
  private static final int CONNECTIONS = 8;
  private static final String OK = "HTTP/1.1 200 ";

  private final byte[] request;
  private final String expected;
  private final List<KeptConnection> connections = new ArrayList<>();

  /** Posts this body to the target. */
  public ConstantRate(Target target, ReviewBody body) {
    this.request = KeptConnection.post(target.url(), body.json());
    this.expected = body.injected() ? "\"patchType\":\"JSONPatch\"" : "\"allowed\":true";
    for (int i = 0; i < CONNECTIONS; i++) {
      connections.add(new KeptConnection(target.url(), target.trust()));
    }
  }

  /** Sends the body so many times a second; one run after the other. */
  public Latencies run(int perSecond, int seconds) throws InterruptedException {
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
      for (KeptConnection connection : connections) {
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
      KeptConnection connection, Schedule schedule, Histogram micros, AtomicLong failed) {
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
    connections.forEach(KeptConnection::close);
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
}
