package io.webidentity.testing.pod;

import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Random choices that a seed decides: the same seed gives the same choices, on any machine. */
public final class Choices {
  private final RandomGenerator random;

  /** Choices of this seed. */
  public Choices(long seed) {
    this.random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }

  /** A number from 0, below the bound. */
  public int below(int bound) {
    return random.nextInt(bound);
  }

  /** True in so many of 100 cases. */
  public boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }

  /** One of these. */
  @SafeVarargs
  public final <T> T oneOf(T... options) {
    return options[random.nextInt(options.length)];
  }

  /** One of these, which are not none. */
  public <T> T oneOf(List<T> options) {
    return options.get(random.nextInt(options.size()));
  }

  /** Any number. */
  public long anyLong() {
    return random.nextLong();
  }

  /** Any number with a fraction. */
  public double anyDouble() {
    return random.nextDouble(-1e9, 1e9);
  }
}
