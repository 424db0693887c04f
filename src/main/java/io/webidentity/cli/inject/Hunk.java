package io.webidentity.cli.inject;

import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The header of a hunk of a unified diff, {@code @@ -3,6 +3,9 @@}. */
final class Hunk {
  private static final Pattern HEADER = Pattern.compile("@@ -(\\d+)(,\\d+)? \\+(\\d+)(,\\d+)? @@");

  private Hunk() {}

  /** A line of a diff; if it is a header, as of texts that have more lines before them. */
  static String shifted(String line, int linesBefore, int linesAfter) {
    Matcher header = HEADER.matcher(line);
    if (!header.matches()) {
      return line;
    }
    MatchResult found = header.toMatchResult();
    return "@@ -%d%s +%d%s @@"
        .formatted(
            Integer.parseInt(found.group(1)) + linesBefore,
            found.group(2),
            Integer.parseInt(found.group(3)) + linesAfter,
            found.group(4));
  }
}
