package io.webidentity.policy;

import java.util.regex.Pattern;

/** A Namespace's name, or a pattern of names in which {@code *} is any part of one. */
public final class NamespacePattern {
  /** Of a DNS label (RFC 1123), which every Namespace's name is. */
  static final int LONGEST_NAME = 63;

  private static final Pattern NAME = Pattern.compile("[a-z0-9](?:[-a-z0-9]*[a-z0-9])?");
  private static final Pattern WITH_WILDCARDS =
      Pattern.compile("[a-z0-9*](?:[-a-z0-9*]*[a-z0-9*])?");

  private final Glob glob;

  private NamespacePattern(Glob glob) {
    this.glob = glob;
  }

  /**
   * The pattern that is written so.
   *
   * @throws InvalidPolicyException if no Namespace's name can match it
   */
  public static NamespacePattern of(String text) throws InvalidPolicyException {
    Glob glob = Glob.of(text);
    Characters.requireOneOf(text, NamespacePattern::mayHave, "a-z, 0-9, - and *");
    boolean possible = (glob.exact() ? NAME : WITH_WILDCARDS).matcher(text).matches();
    if (!possible || glob.literals() > LONGEST_NAME) {
      throw new InvalidPolicyException(
          "can be no Namespace's name; write one, or a pattern such as team-*");
    }
    return new NamespacePattern(glob);
  }

  private static boolean mayHave(int character) {
    return (character >= 'a' && character <= 'z')
        || (character >= '0' && character <= '9')
        || character == '-'
        || character == '*';
  }

  /** Whether the pattern matches this name. */
  public boolean matches(String name) {
    return glob.matches(name);
  }

  /** Whether it is a name, not a pattern. */
  public boolean exact() {
    return glob.exact();
  }

  /** How many of its characters stand for themselves. */
  public int literals() {
    return glob.literals();
  }

  @Override
  public String toString() {
    return glob.toString();
  }
}
