package io.webidentity.cli.flag;

/**
 * What one flag has to do with another. A flag is in use if it has a text; a boolean, if it is
 * true.
 *
 * @param flag the flag that breaks the rule if it is in use
 * @param other the other
 * @param excluded whether the other must not be in use, or must be
 * @param sentence the complaint, with a place for either flag
 */
public record FlagRule(Flag<?> flag, Flag<?> other, boolean excluded, String sentence) {
  /** Both cannot be in use. */
  public static FlagRule excludes(Flag<?> flag, Flag<?> other) {
    return new FlagRule(flag, other, true, "%s and %s exclude each other; leave one of them out");
  }

  /** The flag is only for where the other is in use. */
  public static FlagRule noUseWithout(Flag<?> flag, Flag<?> other) {
    return needs(flag, other, "%s has no use without %s; add it or leave it out");
  }

  /** The flag needs the other, for a reason that the sentence names. */
  public static FlagRule needs(Flag<?> flag, Flag<?> other, String sentence) {
    return new FlagRule(flag, other, false, sentence);
  }

  /**
   * Checks the flags.
   *
   * @throws UsageException if they break the rule, or one of them has a wrong value
   */
  public void check(GivenFlags flags) throws UsageException {
    if (flags.uses(flag) && flags.uses(other) == excluded) {
      String name = excluded ? flags.origin(other) : other.dashed();
      throw new UsageException(sentence.formatted(flags.origin(flag), name));
    }
  }
}
