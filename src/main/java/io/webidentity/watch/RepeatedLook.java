package io.webidentity.watch;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks at something again and again on a thread of its own, until it is closed and whatever is
 * thrown: a look that fails changes nothing and is repeated. A problem is reported once, and again
 * only after another one or a success.
 *
 * <p>An {@link Error} is no exception to that. Without memory, reporting it may fail as well; then
 * it is counted, and reported with the next failure.
 *
 * <p>Files are looked at rather than watched: kubelet swaps a whole folder behind a link ({@code
 * ..data}), which shows as no event on the files themselves.
 */
public final class RepeatedLook implements AutoCloseable {
  /** Where nobody can say how long to wait. */
  private static final long SPARE_INTERVAL_NANOS = Duration.ofSeconds(1).toNanos();

  private final String name;
  private final Supplier<Duration> interval;
  private final Look look;
  private final Report report;
  private final LongSupplier nanoTime;
  private final Thread thread;
  private final AtomicLong failures = new AtomicLong();
  private final AtomicLong errors = new AtomicLong();

  private volatile long lookedNanos;
  private volatile boolean failing;
  private volatile boolean due;
  private volatile boolean closed;
  private @Nullable String lastProblem;

  /** One look; returns normally if what was found is in use, changed or not. */
  @FunctionalInterface
  public interface Look {
    /**
     * Looks. It may wait for something to do, for some seconds at most: {@link #age} grows
     * meanwhile.
     *
     * @throws UnusableContentException if what was found cannot be used
     * @throws InterruptedException when closed
     */
    void look() throws UnusableContentException, InterruptedException;
  }

  /** Where problems go. */
  @FunctionalInterface
  public interface Report {
    /**
     * A look failed.
     *
     * @param problem one sentence without a full stop, as lines say more after it
     * @param bug what nobody expected, if that is the reason
     */
    void problem(String problem, @Nullable Throwable bug);

    /** A look succeeded after one that failed. */
    default void recovered() {}
  }

  /**
   * Not started yet.
   *
   * @param name of the loop in metrics and thread dumps; stable, lower case with underscores
   * @param interval time between the end of one look and the next
   */
  public RepeatedLook(String name, Duration interval, Look look, Report report) {
    this(name, () -> interval, look, report);
  }

  /**
   * The same, with an interval that may change.
   *
   * @param interval asked after each look
   */
  public RepeatedLook(String name, Supplier<Duration> interval, Look look, Report report) {
    this(name, interval, look, report, System::nanoTime);
  }

  RepeatedLook(
      String name, Supplier<Duration> interval, Look look, Report report, LongSupplier nanoTime) {
    this.name = name;
    this.interval = interval;
    this.look = look;
    this.report = report;
    this.nanoTime = nanoTime;
    this.lookedNanos = nanoTime.getAsLong();
    this.thread = Threads.ofLoop(name, this::run);
  }

  /** Starts its thread, which looks after one interval, or as soon as it is woken. */
  public void start() {
    thread.start();
  }

  /** Looks once, on the caller's thread. Throws nothing. */
  public synchronized void lookNow() {
    try {
      look.look();
      succeeded();
    } catch (UnusableContentException e) {
      failed(e, null);
    } catch (Throwable e) {
      failed(e, e);
    } finally {
      lookedNanos = nanoTime.getAsLong();
    }
  }

  /** Has its thread look at once. */
  public void wake() {
    due = true;
    LockSupport.unpark(thread);
  }

  /** See the constructor. */
  public String name() {
    return name;
  }

  /** How many looks have failed since the start, for whatever reason. */
  public long failures() {
    return failures.get();
  }

  /** How many of the failures nobody expected: a bug, or no memory. */
  public long errors() {
    return errors.get();
  }

  /** Whether the last look failed. */
  public boolean failing() {
    return failing;
  }

  /** Time since a look ended, in success or failure; before the first, since this was made. */
  public Duration age() {
    return Duration.ofNanos(nanoTime.getAsLong() - lookedNanos);
  }

  /** Ends the thread; a look that waits is interrupted. */
  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }

  private void run() {
    while (!closed) {
      try {
        pause();
        if (!closed) {
          lookNow();
        }
      } catch (Throwable e) {
        // Even failing has failed: a stack that is too deep for it, perhaps. It goes on all the
        // same.
        errors.incrementAndGet();
      }
    }
  }

  /** Waits for the next look. Only {@link #close} ends the loop: any other interrupt is dropped. */
  private void pause() {
    long wait = intervalNanos();
    long start = System.nanoTime();
    boolean _ = Thread.interrupted();
    while (!due && !closed && System.nanoTime() - start < wait) {
      LockSupport.parkNanos(this, wait - (System.nanoTime() - start));
      boolean _ = Thread.interrupted();
    }
    due = false;
  }

  private long intervalNanos() {
    try {
      return interval.get().toNanos();
    } catch (Throwable e) {
      errors.incrementAndGet();
      return SPARE_INTERVAL_NANOS;
    }
  }

  private void succeeded() {
    if (failing) {
      failing = false;
      lastProblem = null;
      report.recovered();
    }
  }

  private void failed(Throwable failure, @Nullable Throwable bug) {
    if (closed) {
      return; // It was interrupted, or what it needs is closed as well.
    }
    failing = true;
    failures.incrementAndGet();
    if (bug != null) {
      errors.incrementAndGet();
    }
    try {
      String problem =
          String.valueOf(bug == null ? failure.getMessage() : bug).replaceFirst("\\.$", "");
      if (!problem.equals(lastProblem)) {
        lastProblem = problem;
        report.problem(problem, bug);
      }
    } catch (Throwable e) {
      lastProblem = null; // Nobody has heard of it.
    }
  }
}
