package io.webidentity.cli.flag;

/**
 * What one flag has to do with another. A flag is in use if it has a text; a boolean, if it is
 * true.
 */
public sealed interface FlagRule {
  /**
   * Checks the flags.
   *
   * @throws UsageException if they break the rule, or one of them has a wrong value
   */
  void check(GivenFlags flags) throws UsageException;

  /** Both cannot be in use. */
  record Excludes(Flag<?> flag, Flag<?> other) implements FlagRule {
    @Override
    public void check(GivenFlags flags) throws UsageException {
      if (flags.uses(flag) && flags.uses(other)) {
        throw new UsageException(
            "%s and %s exclude each other; leave one of them out"
                .formatted(flags.origin(flag), flags.origin(other)));
      }
    }
  }

  /**
   * The flag is only for where the other is in use.
   *
   * @param remedy what to do, in the words of an order
   */
  record NoUseWithout(Flag<?> flag, Flag<?> other, String remedy) implements FlagRule {
    public NoUseWithout(Flag<?> flag, Flag<?> other) {
      this(flag, other, "add it or leave it out");
    }

    @Override
    public void check(GivenFlags flags) throws UsageException {
      if (flags.uses(flag) && !flags.uses(other)) {
        throw new UsageException(
            "%s has no use without %s; %s".formatted(flags.origin(flag), other.dashed(), remedy));
      }
    }
  }

  /**
   * The flag cannot work without the other.
   *
   * @param reason why
   */
  record Needs(Flag<?> flag, Flag<?> other, String reason) implements FlagRule {
    @Override
    public void check(GivenFlags flags) throws UsageException {
      if (flags.uses(flag) && !flags.uses(other)) {
        throw new UsageException(
            "%s needs %s here: %s".formatted(flags.origin(flag), other.dashed(), reason));
      }
    }
  }
}
