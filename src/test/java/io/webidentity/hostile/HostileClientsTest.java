package io.webidentity.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.webidentity.hostile.HostileRun.Outcome;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** One minute of what {@code make soak} does for an hour. */
final class HostileClientsTest {
  private static final int SECONDS = 60;

  @Test
  void no_pod_is_missed_and_no_watcher_dies_while_clients_do_their_worst() throws Exception {
    try (HostileRun run =
        new HostileRun(LimitedProgram.ofDistribution(Path.of("target", "dist")))) {
      Outcome outcome = run.run(SECONDS);

      assertThat(outcome.attacks()).isGreaterThan(500);
      assertThat(outcome.victims().failed()).as("pods missed: %s", outcome).isZero();
      run.assertUnharmed();
      run.assertWatchersLive();
    }
  }
}
