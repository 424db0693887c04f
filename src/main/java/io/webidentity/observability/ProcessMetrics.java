package io.webidentity.observability;

import com.sun.management.UnixOperatingSystemMXBean;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Metrics of the process under the names that <a
 * href="https://prometheus.io/docs/instrumenting/writing_clientlibs/#process-metrics">Prometheus'
 * client libraries</a> share, for dashboards that ask every process for the same. {@code
 * process_start_time_seconds} is Micrometer's.
 */
public final class ProcessMetrics {
  private static final double NANOS_PER_SECOND = 1e9;
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String RESIDENT = "VmRSS:";
  private static final int BYTES_PER_KIB = 1024;

  private ProcessMetrics() {}

  /** Registers them; what the system does not tell is NaN. */
  public static void register(MeterRegistry registry) {
    Gauge.builder(MetricNames.RESIDENT_MEMORY, ProcessMetrics::residentBytes)
        .description("Resident memory size in bytes")
        .register(registry);
    if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
      FunctionCounter.builder(
              MetricNames.CPU_SECONDS, system, s -> s.getProcessCpuTime() / NANOS_PER_SECOND)
          .description("User and system CPU time spent in seconds")
          .register(registry);
      Gauge.builder(MetricNames.OPEN_FDS, system, s -> s.getOpenFileDescriptorCount())
          .description("Open file descriptors")
          .register(registry);
      Gauge.builder(MetricNames.MAX_FDS, system, s -> s.getMaxFileDescriptorCount())
          .description("The most file descriptors that may be open")
          .register(registry);
    }
  }

  /** Of Linux, see proc_pid_status(5). */
  private static double residentBytes() {
    try (var lines = Files.lines(STATUS)) {
      return lines
          .filter(line -> line.startsWith(RESIDENT))
          .mapToDouble(line ->
              Double.parseDouble(line.substring(RESIDENT.length()).replace("kB", "").strip()))
          .map(kib -> kib * BYTES_PER_KIB)
          .findFirst()
          .orElse(Double.NaN);
    } catch (IOException e) {
      return Double.NaN;
    }
  }
}
