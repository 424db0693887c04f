package io.webidentity.admission;

import io.webidentity.observability.LogKeys;
import io.webidentity.observability.MetricNames;
import java.util.EnumSet;
import java.util.Set;

/**
 * Whether pods get what was decided. Where they do not, decisions have names of their own in
 * metrics and logs: nobody must take them for something that has happened to a pod.
 */
public enum Mode {
  /** What is decided is answered. */
  INJECTING(MetricNames.DECISIONS, MetricNames.CONTAINERS, MetricNames.WARNINGS, LogKeys.OUTCOME) {
    @Override
    Set<Outcome> outcomes() {
      return EnumSet.complementOf(EnumSet.of(Outcome.SHADOW));
    }
  },
  /** Shadow mode: every pod is left as it is. */
  SHADOW(
      MetricNames.SHADOW_DECISIONS,
      MetricNames.SHADOW_CONTAINERS,
      MetricNames.SHADOW_WARNINGS,
      LogKeys.SHADOW_OUTCOME) {
    @Override
    Set<Outcome> outcomes() {
      return EnumSet.of(Outcome.SHADOW, Outcome.ERROR);
    }
  };

  private final String decisions;
  private final String containers;
  private final String warnings;
  private final String outcomeKey;

  Mode(String decisions, String containers, String warnings, String outcomeKey) {
    this.decisions = decisions;
    this.containers = containers;
    this.warnings = warnings;
    this.outcomeKey = outcomeKey;
  }

  /** What answers can be. */
  abstract Set<Outcome> outcomes();

  /** Name of the counter of decisions. */
  String decisions() {
    return decisions;
  }

  /** Name of the counter of containers decided on. */
  String containers() {
    return containers;
  }

  /** Name of the counter of surprises. */
  String warnings() {
    return warnings;
  }

  /** A sentence about what was decided, as the log says it. */
  String said(String sentence) {
    return this == SHADOW ? "in shadow mode, nothing was changed: " + sentence : sentence;
  }

  /** Key of decisions' outcomes in the log. */
  String outcomeKey() {
    return outcomeKey;
  }
}
