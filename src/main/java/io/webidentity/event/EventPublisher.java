package io.webidentity.event;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.webidentity.event.EventWindows.Occurrences;
import io.webidentity.watch.RepeatedLook;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of notices by Events of the cluster, on a thread of its own. What fails is counted and said
 * once in a while; it is not tried again, but for what comes later.
 */
public final class EventPublisher implements AutoCloseable {
  private static final Duration SAID_EVERY = Duration.ofMinutes(10);

  /** The longest wait for something to write. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  /** How long a stop waits for Events that are not written yet. */
  private static final Duration LAST_WRITES = Duration.ofSeconds(2);

  private static final Duration LAST_WRITES_POLL = Duration.ofMillis(10);

  private static final Logger LOG = LoggerFactory.getLogger(EventPublisher.class);

  private final EventWindows windows;
  private final EventWriter writer;
  private final LongSupplier nanoTime;
  private final AutoCloseable client;
  private final EventCounts counts = new EventCounts();
  private final RepeatedLook looks =
      new RepeatedLook("events", Duration.ZERO, this::writeNext, EventPublisher::report);
  private Optional<Long> saidAtNanos = Optional.empty();
  private volatile boolean started;
  private volatile boolean writing;

  EventPublisher(
      EventStore store, InstantSource clock, LongSupplier nanoTime, AutoCloseable client) {
    this.windows = new EventWindows(nanoTime, clock);
    this.writer = new EventWriter(store);
    this.nanoTime = nanoTime;
    this.client = client;
  }

  /**
   * Writes to a cluster, not started.
   *
   * @param client is closed with this
   * @param instance name of this replica
   */
  public static EventPublisher inCluster(KubernetesClient client, String instance) {
    return new EventPublisher(
        new ClusterEventStore(client, instance), InstantSource.system(), System::nanoTime, client);
  }

  /** Begins to write. */
  public void start() {
    started = true;
    looks.start();
  }

  /** Takes a notice; never waits, never fails. */
  public void offer(EventNotice notice) {
    windows.offer(notice).ifPresent(counts::add);
  }

  /** What became of notices so far. */
  public EventCounts counts() {
    return counts;
  }

  /**
   * Ends when everything is written, repetitions of open windows included. What is not written
   * after two seconds is lost.
   */
  @Override
  public void close() {
    windows.endAll();
    long begun = System.nanoTime();
    while (started
        && (writing || windows.hasUnwritten())
        && System.nanoTime() - begun < LAST_WRITES.toNanos()) {
      LockSupport.parkNanos(LAST_WRITES_POLL.toNanos());
    }
    looks.close();
    try {
      client.close();
    } catch (Exception e) {
      LOG.debug("the client of Events did not close in order", e);
    }
  }

  /** What writes. */
  public RepeatedLook looks() {
    return looks;
  }

  /** One at a time: where the API server hangs, each takes as long as its requests may. */
  private void writeNext() throws InterruptedException {
    windows.await(PATIENCE);
    writing = true;
    try {
      windows.poll().ifPresent(this::write);
    } finally {
      writing = false;
    }
  }

  /** Writes what is to be written now. */
  void writeAll() {
    for (Optional<Occurrences> next = windows.poll(); next.isPresent(); next = windows.poll()) {
      write(next.get());
    }
  }

  private void write(Occurrences occurrences) {
    EventResult result = EventResult.FAILED;
    try {
      result = writer.write(occurrences);
    } catch (EventStoreException e) {
      say(String.valueOf(e.getMessage()));
    } finally {
      counts.add(result);
    }
  }

  private static void report(String problem, @Nullable Throwable bug) {
    LOG.atWarn().setCause(bug).log("an Event could not be written, unexpectedly ({})", problem);
  }

  private void say(String why) {
    long now = nanoTime.getAsLong();
    if (saidAtNanos.filter(said -> now - said < SAID_EVERY.toNanos()).isEmpty()) {
      saidAtNanos = Optional.of(now);
      LOG.warn(
          "an Event could not be written ({}); {} have failed so far, and more are said nothing of for {} minutes",
          why,
          counts.of(EventResult.FAILED) + 1,
          SAID_EVERY.toMinutes());
    }
  }
}
