package io.webidentity.injection;

import java.io.IOException;

/** A decision needs more memory than it may take; see {@link MemoryBudget}. */
public final class MemoryExceededException extends IOException {
  private static final long serialVersionUID = 1L;

  private final Bound bound;

  /** What was exceeded. */
  public enum Bound {
    /** What a decision may take that others wait for: made later, it may take more. */
    OF_DECISIONS_AT_ONCE,
    /** What any single decision may take: the same request never passes. */
    OF_ONE_DECISION,
    /** What all decisions together may take: the same request passes at another time. */
    OF_ALL_DECISIONS
  }

  /** The bound given was exceeded. */
  public MemoryExceededException(Bound bound) {
    super("more memory is needed than a decision may take: " + bound);
    this.bound = bound;
  }

  /** What was exceeded. */
  public Bound bound() {
    return bound;
  }
}
