package io.webidentity.injection;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Findings as the admission warnings of one answer (docs/contract.md, "Warnings"): few enough for a
 * terminal, and far from the size at which the API server begins to cut.
 */
public final class Warnings {
  /** The most warnings that one answer has. */
  public static final int MAX_WARNINGS = 8;

  private Warnings() {}

  /**
   * The findings' messages; those that are too many are counted in the last one. The reasons' order
   * then decides: a container without credentials is told before a setting that was ignored.
   */
  public static List<String> of(List<Finding> findings) {
    if (findings.size() <= MAX_WARNINGS) {
      return findings.stream().map(Finding::message).toList();
    }
    List<String> warnings = new ArrayList<>(MAX_WARNINGS);
    findings.stream()
        .sorted(Comparator.comparing(Finding::reason))
        .limit(MAX_WARNINGS - 1)
        .forEach(finding -> warnings.add(finding.message()));
    warnings.add(
        findings.size()
            - warnings.size()
            + " more warnings are not shown: resolve these first, or read the webhook's log.");
    return warnings;
  }
}
