package io.webidentity.watch;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Looks at something again and again on a thread of its own. A look that fails changes nothing and
 * is repeated; a problem is reported once, and again only after another one or a success.
 *
 * <p>Files are looked at rather than watched: kubelet swaps a whole folder behind a link ({@code
 * ..data}), which shows as no event on the files themselves.
 */
public final class RepeatedLook implements AutoCloseable {
  private final Duration interval;
  private final Look look;
  private final Report report;
  private final AtomicLong failures = new AtomicLong();
  private final ScheduledExecutorService thread;

  private @Nullable String lastProblem;

  /** One look; returns normally if what was found is in use, changed or not. */
  @FunctionalInterface
  public interface Look {
    /**
     * Looks.
     *
     * @throws UnusableContentException if what was found cannot be used
     */
    void look() throws UnusableContentException;
  }

  /** Where problems go. */
  @FunctionalInterface
  public interface Report {
    /**
     * A look failed.
     *
     * @param problem one sentence
     * @param bug what nobody expected, if that is the reason
     */
    void problem(String problem, @Nullable Throwable bug);
  }

  /**
   * Not started yet.
   *
   * @param name of the thread, for thread dumps
   * @param interval time between the end of one look and the next
   */
  public RepeatedLook(String name, Duration interval, Look look, Report report) {
    this.interval = interval;
    this.look = look;
    this.report = report;
    this.thread =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name(name).factory());
  }

  /** Looks once on the caller's thread, then on its own. */
  public void start() {
    lookNow();
    startLater();
  }

  /** Leaves the first look to its own thread too, after one interval. */
  public void startLater() {
    // Never completes: lookNow() lets nothing out.
    Future<?> _ =
        thread.scheduleWithFixedDelay(
            this::lookNow, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** How many looks have failed since the start. */
  public long failures() {
    return failures.get();
  }

  /** Ends the thread. */
  @Override
  public void close() {
    thread.shutdownNow();
  }

  private void lookNow() {
    try {
      look.look();
      lastProblem = null;
    } catch (UnusableContentException e) {
      failed(String.valueOf(e.getMessage()), null);
    } catch (RuntimeException e) {
      // Whatever it is, the next look must still happen: the executor drops a task that throws.
      failed(e.toString(), e);
    }
  }

  private void failed(String problem, @Nullable Throwable bug) {
    failures.incrementAndGet();
    if (!problem.equals(lastProblem)) {
      lastProblem = problem;
      report.problem(problem, bug);
    }
  }
}
