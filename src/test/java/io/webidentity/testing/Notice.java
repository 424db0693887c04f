package io.webidentity.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The libraries that {@code NOTICE} lists.
 *
 * @param licences by {@code group:artifact}; several are joined by a comma
 */
public record Notice(Map<String, String> licences) {
  private static final Pattern LIBRARY = Pattern.compile("  (\\S+:\\S+)  +(\\S.*)");

  public Notice {
    licences = Map.copyOf(licences);
  }

  /**
   * Reads the project's file.
   *
   * @throws AssertionError if it lists a library twice
   */
  public static Notice read() throws IOException {
    Map<String, String> licences = new TreeMap<>();
    for (String line : Files.readAllLines(Path.of("NOTICE"))) {
      Matcher library = LIBRARY.matcher(line);
      if (library.matches() && licences.put(library.group(1), library.group(2)) != null) {
        throw new AssertionError("NOTICE lists twice: " + library.group(1));
      }
    }
    return new Notice(licences);
  }
}
