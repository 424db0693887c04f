package io.webidentity.text;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Which valid name was probably meant. */
public final class NearestName {
  private NearestName() {}

  /**
   * The name nearest to what was given, if one is near: at most a third of its letters (and at
   * least two) inserted, left out, exchanged or swapped with their neighbour.
   */
  public static Optional<String> of(String given, Collection<String> names) {
    return names.stream()
        .filter(name -> isNear(given, name))
        .min(Comparator.comparingInt(name -> distance(given, name)));
  }

  /** Lengths first: they bound the distance from below, and cost nothing. */
  private static boolean isNear(String given, String name) {
    int limit = Math.max(2, name.length() / 3);
    return Math.abs(given.length() - name.length()) <= limit && distance(given, name) <= limit;
  }

  /** Levenshtein's distance, a swap of neighbours counting once (optimal string alignment). */
  private static int distance(String left, String right) {
    int[][] rows = new int[left.length() + 1][right.length() + 1];
    for (int i = 0; i <= left.length(); i++) {
      for (int j = 0; j <= right.length(); j++) {
        rows[i][j] = i == 0 || j == 0 ? i + j : step(rows, left, right, i, j);
      }
    }
    return rows[left.length()][right.length()];
  }

  private static int step(int[][] rows, String left, String right, int i, int j) {
    boolean same = left.charAt(i - 1) == right.charAt(j - 1);
    int best = rows[i - 1][j - 1] + (same ? 0 : 1);
    best = Math.min(best, Math.min(rows[i - 1][j], rows[i][j - 1]) + 1);
    boolean swapped =
        i > 1
            && j > 1
            && left.charAt(i - 1) == right.charAt(j - 2)
            && left.charAt(i - 2) == right.charAt(j - 1);
    return swapped ? Math.min(best, rows[i - 2][j - 2] + 1) : best;
  }
}
