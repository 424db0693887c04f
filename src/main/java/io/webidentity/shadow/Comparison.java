package io.webidentity.shadow;

import java.util.List;

/**
 * What came of one comparison.
 *
 * @param result how it ended
 * @param explanation what differs beside values; empty if nothing
 * @param differences where values differ
 */
record Comparison(ComparisonResult result, String explanation, List<Difference> differences) {
  Comparison {
    differences = List.copyOf(differences);
  }

  static Comparison of(ComparisonResult result) {
    return new Comparison(result, "", List.of());
  }

  /** Whether there is anything to tell. */
  boolean isUneven() {
    return !explanation.isEmpty() || !differences.isEmpty();
  }
}
