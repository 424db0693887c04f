package io.webidentity.bench;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import io.webidentity.bench.Target.Memory;
import io.webidentity.image.ImageProgram;
import io.webidentity.testing.cluster.PodAccess;
import io.webidentity.testing.server.SampleApiServer;
import io.webidentity.testing.server.ServerProcess;
import io.webidentity.testing.server.TrustingClients;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;

/**
 * {@code make bench}: the image's program under load, and beside it any other webhook, in one run
 * on one machine. It runs as in a pod: ServiceAccounts of an API server, its certificate in files.
 * Prints tables, and draws latencies by percentile.
 */
public final class Benchmark {
  /** The chart's limit, which the JVM sizes its heap by. */
  private static final String CONTAINER_LIMIT = "-XX:MaxRAM=256m";

  private static final int STARTS = 5;
  private static final int FIRST_MINUTE_SECONDS = 60;
  private static final int PER_SECOND = 200;

  private final ImageProgram program;
  private final Path output;
  private final PodAccess pod;
  private final int seconds;
  private final int warmUpSeconds;
  private final Wrk wrk;
  private final PercentilePlot constantPlot =
      new PercentilePlot("Latency at " + PER_SECOND + " requests a second");
  private final PercentilePlot saturatedPlot =
      new PercentilePlot("Latency on 8 connections without a pause");
  private final List<String> report = new ArrayList<>();

  private Benchmark(Path root, Path output, int seconds, int warmUpSeconds, SampleApiServer api)
      throws IOException {
    this.output = Files.createDirectories(output.toAbsolutePath());
    this.program = new ImageProgram(root, output.resolve("java.args"), "-");
    this.pod = PodAccess.write(this.output.resolve("pod"), api.user());
    this.wrk = new Wrk(this.output);
    this.seconds = seconds;
    this.warmUpSeconds = warmUpSeconds;
  }

  /**
   * Runs it.
   *
   * @param args the image's file system, the folder for results, seconds a measurement takes,
   *     seconds to warm up each body; then, if another webhook is to be measured too: its URL, the
   *     file of its authority, its process id
   */
  public static void main(String[] args) throws Exception {
    if (!Wrk.isInstalled()) {
      System.err.println("bench: wrk is not installed; on Debian: apt-get install wrk");
      System.exit(2);
    }
    try (SampleApiServer api = SampleApiServer.start()) {
      new Benchmark(
              Path.of(args[0]),
              Path.of(args[1]),
              Integer.parseInt(args[2]),
              Integer.parseInt(args[3]),
              api)
          .run(args);
    }
  }

  private void run(String[] args) throws Exception {
    starts();
    own();
    if (args.length == 7) {
      load(
          new Target(
              "the other",
              URI.create(args[4]),
              TrustingClients.sslContext(Path.of(args[5])),
              Long.parseLong(args[6])));
    }
    finish();
  }

  private void starts() throws IOException {
    say("");
    say("| start | to ready, ms | resident, MB | of it anonymous, MB |");
    say("|---|---|---|---|");
    for (int i = 1; i <= STARTS; i++) {
      long start = System.nanoTime();
      try (ServerProcess server = start()) {
        awaitReady(server);
        long millis = (System.nanoTime() - start) / 1_000_000;
        Memory memory = target(server).memory();
        say("| %d | %d | %d | %d |", i, millis, memory.resident(), memory.anonymous());
      }
    }
  }

  private void own() throws Exception {
    try (ServerProcess server = start()) {
      awaitReady(server);
      Target target = target(server);
      header("first minute after start");
      ReviewBody typical = ReviewBody.typical();
      measure(target, typical, "first minute", FIRST_MINUTE_SECONDS);
    }
    try (ServerProcess server = start()) {
      awaitReady(server);
      load(target(server));
      say("");
      say("Resident after the load: %s", target(server).memory());
    }
  }

  private void load(Target target) throws IOException, InterruptedException {
    for (ReviewBody body : ReviewBody.all()) {
      wrk.run(target, body, warmUpSeconds);
    }
    header("8 connections without a pause: " + target.name());
    for (ReviewBody body : ReviewBody.all()) {
      measure(target, body, "", seconds);
    }
    header(PER_SECOND + " requests a second: " + target.name());
    for (ReviewBody body : ReviewBody.all()) {
      try (ConstantRate generator = new ConstantRate(target, body)) {
        // The target is warm; what generates is this JVM, which has done nothing yet.
        Latencies _ = generator.run(PER_SECOND, warmUpSeconds);
        long before = target.cpuMicros();
        Latencies seen = generator.run(PER_SECOND, seconds);
        row(target, body.name(), seen, target.cpuMicros() - before);
        constantPlot.add(target.name() + ", " + body.name(), seen);
      }
    }
  }

  private void measure(Target target, ReviewBody body, String suffix, int duration)
      throws IOException, InterruptedException {
    target.resetPeak();
    long before = target.cpuMicros();
    Latencies seen = wrk.run(target, body, duration);
    String name = suffix.isEmpty() ? body.name() : body.name() + ", " + suffix;
    row(target, name, seen, target.cpuMicros() - before);
    saturatedPlot.add(target.name() + ", " + name, seen);
  }

  private void header(String title) {
    say("");
    say("%s", title);
    say("");
    say(
        "| body | requests/s | p50, ms | p99, ms | p99.9, ms | CPU/request, µs | peak MB | failed |");
    say("|---|---|---|---|---|---|---|---|");
  }

  private void row(Target target, String name, Latencies seen, long cpuMicros) throws IOException {
    say(
        "| %s | %,.0f | %.2f | %.2f | %.2f | %.0f | %d | %d |",
        name,
        seen.perSecond(),
        seen.at(50) / 1e3,
        seen.at(99) / 1e3,
        seen.at(99.9) / 1e3,
        (double) cpuMicros / seen.answered(),
        target.memory().peak(),
        seen.failed());
  }

  private void finish() throws IOException {
    constantPlot.writeTo(output.resolve("constant-rate.svg"));
    saturatedPlot.writeTo(output.resolve("saturated.svg"));
    Files.write(output.resolve("report.md"), report);
    System.out.println("\nbench: pictures and report.md are in " + output);
  }

  private ServerProcess start() throws IOException {
    return ServerProcess.startWithFiles(
        program.directory(), program.command(CONTAINER_LIMIT, pod.option()), pod.environment());
  }

  private static Target target(ServerProcess server) throws IOException {
    return new Target(
        "this webhook", server.uri("/mutate"), server.trust(), server.process().pid());
  }

  /** Asks the plain port, each 5 ms: a TLS client's own start would be part of the figure. */
  private static void awaitReady(ServerProcess server) throws IOException {
    URI ready = URI.create("http://localhost:" + server.metricsPort() + "/readyz");
    while (!isReady(ready)) {
      if (!server.process().isAlive()) {
        throw new IllegalStateException("the webhook ended:\n" + server.output());
      }
      LockSupport.parkNanos(5_000_000);
    }
  }

  private static boolean isReady(URI ready) {
    try {
      return ((HttpURLConnection) ready.toURL().openConnection()).getResponseCode()
          == HttpURLConnection.HTTP_OK;
    } catch (IOException e) {
      return false;
    }
  }

  @FormatMethod
  private void say(@FormatString String format, Object... arguments) {
    String line = String.format(Locale.ROOT, format, arguments);
    System.out.println(line);
    report.add(line);
  }
}
