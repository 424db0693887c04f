package io.webidentity.bench;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;

/**
 * A webhook under load.
 *
 * @param name how tables call it
 * @param url where it takes reviews
 * @param trust verifies its certificate
 * @param process its process id, for figures of CPU and memory
 */
public record Target(String name, URI url, SSLContext trust, long process) {
  private static final Pattern FIELD = Pattern.compile("(\\w+):\\s+(\\d+) kB");

  /**
   * CPU time that the process has used in all its threads, user and system, in µs, to the kernel's
   * clock tick of 10 ms (proc(5), {@code /proc/pid/stat}).
   */
  public long cpuMicros() throws IOException {
    String stat = Files.readString(proc("stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * 10_000;
  }

  /** Forgets the peak of resident memory so far (proc(5), {@code clear_refs}). */
  public void resetPeak() throws IOException {
    Files.writeString(proc("clear_refs"), "5");
  }

  /** Resident memory, MB of 10^6 bytes. */
  public Memory memory() throws IOException {
    String status = Files.readString(proc("status"));
    return new Memory(
        megabytes(status, "VmRSS"), megabytes(status, "RssAnon"), megabytes(status, "VmHWM"));
  }

  private Path proc(String file) {
    return Path.of("/proc", Long.toString(process), file);
  }

  private static long megabytes(String status, String field) {
    Matcher matcher = FIELD.matcher(status);
    while (matcher.find()) {
      if (matcher.group(1).equals(field)) {
        return Math.round(Long.parseLong(matcher.group(2)) * 1024 / 1e6);
      }
    }
    throw new IllegalStateException("/proc has no " + field);
  }

  /**
   * Resident memory, MB.
   *
   * @param resident all of it, pages of files included
   * @param anonymous without pages of files, which the kernel can take back
   * @param peak the most so far
   */
  public record Memory(long resident, long anonymous, long peak) {}
}
