package io.webidentity.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/**
 * Kubelet replaces a token when 80 % of its time is over; the shortest lives for 10 minutes. No
 * clock is changed: the application was started before all other tests, and is looked at after
 * them.
 */
@EndToEnd
@Order(Integer.MAX_VALUE)
class TokenRotationTest {
  /** From the application's start: its first token's lifetime, and some time for kubelet. */
  private static final Duration DEADLINE = Duration.ofMinutes(15);

  private static final Pattern TOKEN = Pattern.compile("(?m)^token: .* expires=(\\S+)");
  private static final Pattern ASSUMED = Pattern.compile("(?m)^assumed: .* expires=(\\S+)");
  private static final Pattern READ = Pattern.compile("(?m)^read: .* at (\\S+)\"$");

  private final StoragePlatform platform;
  private final LongLivedApplication application;

  TokenRotationTest(StoragePlatform platform) {
    this.platform = platform;
    this.application = platform.longLived();
  }

  @Test
  void one_client_goes_on_when_its_token_and_its_credentials_have_expired() {
    String log =
        Awaitility.await("an object read after the first token has expired")
            .atMost(DEADLINE)
            .pollInterval(Duration.ofSeconds(2))
            .failFast("the application has ended", () -> !running())
            .until(application::log, TokenRotationTest::outlivedItsFirstToken);

    tell(log);
    List<Instant> tokens = times(TOKEN, log);
    List<Instant> credentials = times(ASSUMED, log);
    assertThat(tokens).hasSizeGreaterThan(1).isSorted().doesNotHaveDuplicates();
    // MinIO's credentials live as long as the token that they were given for.
    assertThat(credentials).isSorted().isSubsetOf(tokens);
    assertThat(credentials.getLast()).isAfter(tokens.getFirst());
    assertThat(log).doesNotContain("refused:", "failed:");
    assertThat(platform.cluster().client().resource(application.pod()).get().getStatus())
        .satisfies(status ->
            assertThat(status.getContainerStatuses())
                .singleElement()
                .satisfies(container -> assertThat(container.getRestartCount()).isZero()));
  }

  private static boolean outlivedItsFirstToken(String log) {
    List<Instant> reads = times(READ, log);
    return !reads.isEmpty() && reads.getLast().isAfter(times(TOKEN, log).getFirst());
  }

  private boolean running() {
    Pod pod = platform.cluster().client().resource(application.pod()).get();
    return pod.getStatus().getPhase().equals("Running");
  }

  private static List<Instant> times(Pattern line, String log) {
    return line.matcher(log)
        .results()
        .map((MatchResult match) -> Instant.parse(match.group(1)))
        .toList();
  }

  /** The lines that say something new, and the last one. */
  private static void tell(String log) {
    System.out.println("---- One pod through a token's rotation, its own log, in short:");
    log.lines()
        .filter(line -> line.startsWith("token:") || line.startsWith("assumed:"))
        .distinct()
        .forEach(System.out::println);
    log.lines().reduce((earlier, later) -> later).ifPresent(System.out::println);
    System.out.printf(
        "---- %d objects read, STS asked %d times%n",
        times(READ, log).size(), times(ASSUMED, log).size());
  }
}
