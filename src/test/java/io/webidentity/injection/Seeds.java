package io.webidentity.injection;

import java.util.SplittableRandom;
import java.util.stream.LongStream;

/**
 * Seeds of generated cases: others in each run, {@code -Dproperty.cases} of them for each property,
 * 5,000 unless said otherwise. A failing test names its seed; {@code -Dproperty.seed} runs that one
 * alone.
 */
final class Seeds {
  private Seeds() {}

  /** The seeds of this run. */
  static LongStream all() {
    Long only = Long.getLong("property.seed");
    return only == null
        ? new SplittableRandom().longs(Integer.getInteger("property.cases", 5_000))
        : LongStream.of(only);
  }

  /** Runs a case for each seed; a failure says which one it was. */
  static void forEach(Case testCase) {
    all()
        .forEach(seed -> {
          try {
            testCase.check(seed);
          } catch (Exception | AssertionError e) {
            throw new AssertionError("seed " + seed + " (-Dproperty.seed=" + seed + ")", e);
          }
        });
  }

  /** A case that a seed makes. */
  interface Case {
    void check(long seed) throws Exception;
  }
}
