package io.webidentity.cli.flag;

import java.io.PrintStream;
import java.util.function.LongSupplier;

/** Says on a terminal how far a command is that takes long: one line, which is rewritten. */
public final class Progress implements AutoCloseable {
  private static final long PATIENCE_NANOS = 2_000_000_000L;
  private static final long PERIOD_NANOS = 200_000_000L;

  private final PrintStream err;
  private final boolean terminal;
  private final String done;
  private final LongSupplier nanoTime;
  private final long start;
  private long steps;
  private long shown;

  /**
   * Begins.
   *
   * @param done what is counted, such as {@code pods looked at}
   */
  public Progress(ProcessIo process, String done) {
    this(process.err(), process.errIsTerminal(), done, System::nanoTime);
  }

  Progress(PrintStream err, boolean terminal, String done, LongSupplier nanoTime) {
    this.err = err;
    this.terminal = terminal;
    this.done = done;
    this.nanoTime = nanoTime;
    this.start = nanoTime.getAsLong();
  }

  /** One more is done. */
  public void step() {
    steps++;
    if (terminal && nanoTime.getAsLong() - start >= PATIENCE_NANOS + shown * PERIOD_NANOS) {
      shown = (nanoTime.getAsLong() - start - PATIENCE_NANOS) / PERIOD_NANOS + 1;
      err.printf("\r%d %s", steps, done);
      err.flush();
    }
  }

  /** Removes the line. */
  @Override
  public void close() {
    if (shown > 0) {
      err.print("\r\033[K");
      err.flush();
    }
  }
}
