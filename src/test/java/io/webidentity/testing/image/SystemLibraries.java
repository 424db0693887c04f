package io.webidentity.testing.image;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The shared libraries of this machine that programs are linked with, their loader included: an
 * image from scratch has none.
 */
public final class SystemLibraries {
  /** As in {@code libc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x...)}, or a path alone. */
  private static final Pattern LINE =
      Pattern.compile("^\\s+(?:\\S+ => )?(/\\S+) \\(0x[0-9a-f]+\\)$", Pattern.MULTILINE);

  private SystemLibraries() {}

  /**
   * Finds what programs and libraries need. What is missing here is left out: whatever needs it
   * does not start here either.
   *
   * @param folder what lies in it is left out: an image that has the programs has the whole of it
   * @return path in an image to the file here, for {@link ImageArchive#executables}
   */
  public static Map<String, Path> of(Path folder, Collection<Path> programs) {
    Map<String, Path> libraries = new TreeMap<>();
    for (Path program : programs) {
      Matcher line = LINE.matcher(ldd(program));
      while (line.find()) {
        Path library = Path.of(line.group(1)).normalize();
        if (!library.startsWith(folder)) {
          libraries.put(library.toString(), library);
        }
      }
    }
    return libraries;
  }

  private static String ldd(Path program) {
    try {
      Process process =
          new ProcessBuilder("ldd", program.toString()).redirectErrorStream(true).start();
      return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot run ldd, which comes with the C library", e);
    }
  }
}
