package io.webidentity.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Load without a pause: wrk, on eight connections that are kept, as an API server's are. The
 * cheapest client there is, which leaves the most of a small machine to the server; it shows the
 * highest throughput and what a request costs. As it waits for an answer before it sends the next
 * request, its latencies leave out what waited meanwhile: for those there is {@link ConstantRate}.
 *
 * @see <a href="https://github.com/wg/wrk">wrk</a>
 */
final class Wrk {
  private static final int CONNECTIONS = 8;
  private static final String RESULT = "RESULT ";

  private final Path folder;

  /** Writes its scripts into the folder. */
  Wrk(Path folder) {
    this.folder = folder;
  }

  /** Whether the program is there. */
  static boolean isInstalled() {
    return Arrays.stream(System.getenv("PATH").split(":", -1))
        .anyMatch(path -> Files.isExecutable(Path.of(path, "wrk")));
  }

  /** Sends the body over and over. */
  Latencies run(Target target, ReviewBody body, int seconds)
      throws IOException, InterruptedException {
    Path json = Files.write(folder.resolve("body.json"), body.json());
    Path script = Files.writeString(folder.resolve("load.lua"), script(json));
    Process wrk =
        new ProcessBuilder(
                "wrk",
                "--threads=1",
                "--connections=" + CONNECTIONS,
                "--duration=" + seconds + "s",
                "--timeout=30s",
                "--script=" + script,
                target.url().toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(wrk.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (wrk.waitFor() != 0 || !output.contains(RESULT)) {
      throw new IllegalStateException("wrk failed:\n" + output);
    }
    return parse(output);
  }

  private static Latencies parse(String output) {
    String result =
        output.lines().filter(line -> line.startsWith(RESULT)).findFirst().orElseThrow();
    String[] fields = result.substring(RESULT.length()).split(" ", -1);
    TreeMap<Double, Long> percentiles = new TreeMap<>();
    for (int i = 0; i < Latencies.PERCENTILES.length; i++) {
      percentiles.put(Latencies.PERCENTILES[i], Math.round(Double.parseDouble(fields[3 + i])));
    }
    return new Latencies(
        Long.parseLong(fields[0]),
        Long.parseLong(fields[1]),
        Double.parseDouble(fields[2]) / 1e6,
        percentiles);
  }

  private static String script(Path body) {
    return """
    local file = io.open("%s", "rb")
    wrk.method = "POST"
    wrk.headers["Content-Type"] = "application/json"
    wrk.headers["Accept-Encoding"] = "gzip"
    wrk.body = file:read("*a")
    file:close()
    function done(summary, latency, requests)
      local errors = summary.errors
      local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
      local line = string.format("%%d %%d %%d", summary.requests, failed, summary.duration)
      for _, p in ipairs({%s}) do
        line = line .. string.format(" %%d", p == 0 and latency.min or latency:percentile(p))
      end
      print("%s" .. line)
    end
    """
        .formatted(
            body,
            Arrays.stream(Latencies.PERCENTILES)
                .mapToObj(Double::toString)
                .collect(Collectors.joining(", ")),
            RESULT);
  }
}
