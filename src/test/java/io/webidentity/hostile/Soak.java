package io.webidentity.hostile;

import io.webidentity.bench.Target.Memory;
import io.webidentity.hostile.HostileRun.Outcome;
import java.nio.file.Path;

/**
 * {@code make soak}: the webhook under attack for long, minute by minute. Ends with 1 if it missed
 * a pod, ended, met an error of the JVM, or has stopped looking at a file.
 */
public final class Soak {
  private static final int SECONDS = 60;

  private Soak() {}

  /**
   * Runs it.
   *
   * @param args the image's file system, minutes
   */
  public static void main(String[] args) throws Exception {
    int minutes = Integer.parseInt(args[1]);
    long missed = 0;
    System.out.println(
        "| minute | pods | missed | p50, ms | p99, ms | attacks | resident, MB | anonymous, MB | peak, MB |");
    System.out.println("|---|---|---|---|---|---|---|---|---|");
    try (HostileRun run = new HostileRun(LimitedProgram.ofImage(Path.of(args[0])))) {
      for (int minute = 1; minute <= minutes; minute++) {
        Outcome outcome = run.run(SECONDS);
        Memory memory = run.memory();
        System.out.printf(
            "| %d | %d | %d | %.1f | %.1f | %d | %d | %d | %d |%n",
            minute,
            outcome.victims().answered(),
            outcome.victims().failed(),
            outcome.victims().at(50) / 1e3,
            outcome.victims().at(99) / 1e3,
            outcome.attacks(),
            memory.resident(),
            memory.anonymous(),
            memory.peak());
        missed += outcome.victims().failed();
        run.assertUnharmed();
        run.assertWatchersLive();
      }
    }
    System.out.println("soak: " + missed + " pods missed in " + minutes + " minutes");
    System.exit(missed == 0 ? 0 : 1);
  }
}
