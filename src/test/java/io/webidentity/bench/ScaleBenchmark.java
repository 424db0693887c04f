package io.webidentity.bench;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import io.webidentity.bench.Target.Memory;
import io.webidentity.image.ImageProgram;
import io.webidentity.testing.cluster.ClusterBinaries;
import io.webidentity.testing.cluster.ControlPlaneSite;
import io.webidentity.testing.cluster.PodAccess;
import io.webidentity.testing.cluster.TestCluster;
import io.webidentity.testing.server.ServerProcess;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.awaitility.Awaitility;

/**
 * {@code make bench-scale}: the image's program against a real API server with more and more
 * ServiceAccounts, started again for each number of them. What does it cost to know them all?
 */
public final class ScaleBenchmark {
  /** The chart's limit, which the JVM sizes its heap by. */
  private static final String CONTAINER_LIMIT = "-XX:MaxRAM=256m";

  private static final Duration DEADLINE = Duration.ofMinutes(2);
  private static final Duration LOOK = Duration.ofMillis(10);
  private static final int LOOKS_TO_A_QUESTION = 10;
  private static final Duration SETTLED = Duration.ofSeconds(5);
  private static final int PER_SECOND = 300;
  private static final int WARM_UP_SECONDS = 15;

  private final ImageProgram program;
  private final Path output;
  private final int seconds;
  private final int[] sizes;
  private final String[] options;
  private final List<String> report = new ArrayList<>();

  private ScaleBenchmark(
      Path root, Path output, int seconds, int[] sizes, List<String> furtherOptions)
      throws IOException {
    this.output = Files.createDirectories(output.toAbsolutePath());
    this.program = new ImageProgram(root, this.output.resolve("java.args"), "-");
    this.seconds = seconds;
    this.sizes = sizes;
    this.options =
        Stream.concat(Stream.of(CONTAINER_LIMIT), furtherOptions.stream()).toArray(String[]::new);
  }

  /**
   * Runs it.
   *
   * @param args the image's file system, the folder for results, seconds that look-ups are
   *     measured, numbers of accounts with commas between them; then options of the JVM, to try
   *     them
   */
  public static void main(String[] args) throws Exception {
    ScaleBenchmark benchmark =
        new ScaleBenchmark(
            Path.of(args[0]),
            Path.of(args[1]),
            Integer.parseInt(args[2]),
            Arrays.stream(args[3].split(",", -1)).mapToInt(Integer::parseInt).sorted().toArray(),
            List.of(args).subList(4, args.length));
    ControlPlaneSite site =
        ControlPlaneSite.onLoopback(Files.createTempDirectory("webhook-bench-cluster"));
    try (TestCluster cluster = TestCluster.start(ClusterBinaries.build(), site)) {
      benchmark.run(cluster, new StoredAccounts(URI.create("http://127.0.0.1:" + site.etcdPort())));
    }
  }

  private void run(TestCluster cluster, StoredAccounts stored) throws Exception {
    PodAccess pod = PodAccess.write(output.resolve("pod"), cluster.webhookUser());
    stored.addThoseOfRequests();
    say("");
    say(
        "One account in %d has a role; look-ups: %s, %d requests a second.",
        StoredAccounts.ONE_WITH_ROLE_IN, ReviewBody.all().getFirst().name(), PER_SECOND);
    say("");
    say(
        "| accounts | to ready, ms | own CPU to ready, ms | resident, MB: peak to ready | then |"
            + " peak with load | anonymous, MB: peak to ready | then | with load | p50, ms |"
            + " p99, ms | CPU/request, µs | failed |");
    say("|---|---|---|---|---|---|---|---|---|---|---|---|---|");
    for (int accounts : sizes) {
      stored.growTo(accounts);
      awaitServed(cluster, stored);
      measure(accounts, pod);
    }
    Files.write(output.resolve("scale.md"), report);
    System.out.println("\nbench-scale: scale.md is in " + output);
  }

  private static void awaitServed(TestCluster cluster, StoredAccounts stored) {
    Awaitility.await("the API server serves what was stored")
        .atMost(DEADLINE)
        .until(() ->
            cluster
                    .client()
                    .serviceAccounts()
                    .inNamespace(stored.lastNamespace())
                    .withName(stored.lastName())
                    .get()
                != null);
    pause(SETTLED);
  }

  private void measure(int accounts, PodAccess pod) throws Exception {
    long start = System.nanoTime();
    try (ServerProcess server = start(pod)) {
      // Its certificate is there once it listens; figures of the process are at once.
      Target starting = target(server, SSLContext.getDefault());
      long anonymous = awaitReady(server, starting);
      long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
      long cpuMillis = TimeUnit.MICROSECONDS.toMillis(starting.cpuMicros());
      Memory ready = starting.memory();
      pause(SETTLED);
      Target target = target(server, server.trust());
      Memory settled = target.memory();
      ReviewBody body = ReviewBody.all().getFirst();
      ConstantRate lookUps = new ConstantRate(target, body);
      lookUps.run(PER_SECOND, WARM_UP_SECONDS);
      long before = target.cpuMicros();
      Latencies seen = lookUps.run(PER_SECOND, seconds);
      long cpuMicros = target.cpuMicros() - before;
      Memory loaded = target.memory();
      say(
          "| %,d | %,d | %,d | %d | %d | %d | %d | %d | %d | %.2f | %.2f | %.0f | %d |",
          accounts,
          millis,
          cpuMillis,
          ready.peak(),
          settled.resident(),
          loaded.peak(),
          anonymous,
          settled.anonymous(),
          loaded.anonymous(),
          seen.at(50) / 1e3,
          seen.at(99) / 1e3,
          (double) cpuMicros / seen.answered(),
          seen.failed());
      Files.writeString(output.resolve("scale-" + accounts + ".log"), server.output());
    }
  }

  private ServerProcess start(PodAccess pod) throws IOException {
    String[] all =
        Stream.concat(Stream.of(options), Stream.of(pod.option())).toArray(String[]::new);
    return ServerProcess.startWithFiles(
        program.directory(), program.command(all), pod.environment());
  }

  private static Target target(ServerProcess server, SSLContext trust) {
    return new Target("this webhook", server.uri("/mutate"), trust, server.process().pid());
  }

  /**
   * Asks the plain port, so seldom that its answers cost the webhook next to nothing; the most
   * anonymous memory seen until then, MB.
   */
  private static long awaitReady(ServerProcess server, Target target) throws IOException {
    URI ready = URI.create("http://localhost:" + server.metricsPort() + "/readyz");
    long end = System.nanoTime() + DEADLINE.toNanos();
    long most = 0;
    for (int look = 0; look % LOOKS_TO_A_QUESTION != 0 || !isReady(ready); look++) {
      if (!server.process().isAlive() || System.nanoTime() > end) {
        throw new IllegalStateException("the webhook did not become ready:\n" + server.output());
      }
      most = Math.max(most, target.memory().anonymous());
      pause(LOOK);
    }
    return Math.max(most, target.memory().anonymous());
  }

  private static boolean isReady(URI ready) {
    try {
      return ((HttpURLConnection) ready.toURL().openConnection()).getResponseCode()
          == HttpURLConnection.HTTP_OK;
    } catch (IOException e) {
      return false;
    }
  }

  private static void pause(Duration duration) {
    long end = System.nanoTime() + duration.toNanos();
    for (long left = duration.toNanos(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  @FormatMethod
  private void say(@FormatString String format, Object... arguments) {
    String line = String.format(Locale.ROOT, format, arguments);
    System.out.println(line);
    report.add(line);
  }
}
