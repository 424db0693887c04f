package io.webidentity.injection;

import java.util.regex.Pattern;

/**
 * What a pod calls its sessions at STS: the RoleSessionName that CloudTrail shows, and the end of
 * the assumed role's ARN. A claim of the pod, never a proof: who runs in the pod can choose another
 * one.
 */
public sealed interface SessionName {
  /** The shortest name that STS takes. */
  int MIN_CHARACTERS = 2;

  /** The longest name that STS takes. */
  int MAX_CHARACTERS = 64;

  /**
   * A name known at admission.
   *
   * @param value 2 to 64 characters of {@code [\w+=,.@-]} (<a
   *     href="https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html">STS</a>)
   */
  record Text(String value) implements SessionName {
    private static final Pattern VALID =
        Pattern.compile("[\\w+=,.@-]{" + MIN_CHARACTERS + "," + MAX_CHARACTERS + "}");

    /**
     * Checks the value.
     *
     * @throws IllegalArgumentException if STS would not take it
     */
    public Text {
      if (!VALID.matcher(value).matches()) {
        throw new IllegalArgumentException("not a session name: " + value);
      }
    }
  }

  /**
   * The pod's uid, which the API server has not chosen yet when the pod is admitted: the downward
   * API fills it in.
   */
  record PodUid() implements SessionName {}

  /**
   * The name closest to this text.
   *
   * <table>
   * <caption>What is made of a text</caption>
   * <tr><td>a character that STS does not take</td><td>{@code -}</td></tr>
   * <tr><td>more than 64 characters</td><td>the first 55, {@code -}, and a hash of the whole text in
   * 8 hexadecimal digits, so that texts with the same beginning stay apart</td></tr>
   * <tr><td>fewer than 2 characters</td><td>{@code -} at the end until there are 2</td></tr>
   * </table>
   */
  static Text closestTo(String text) {
    StringBuilder name = new StringBuilder(text.length());
    text.codePoints()
        .forEach(character -> name.append(isAllowed(character) ? (char) character : '-'));
    if (name.length() > MAX_CHARACTERS) {
      String end = "-%08x".formatted(hash(text));
      name.setLength(MAX_CHARACTERS - end.length());
      name.append(end);
    }
    while (name.length() < MIN_CHARACTERS) {
      name.append('-');
    }
    return new Text(name.toString());
  }

  private static boolean isAllowed(int character) {
    return (character >= 'a' && character <= 'z')
        || (character >= 'A' && character <= 'Z')
        || (character >= '0' && character <= '9')
        || "_+=,.@-".indexOf(character) >= 0;
  }

  /**
   * FNV-1a of 32 bits over UTF-16 units (<a
   * href="https://datatracker.ietf.org/doc/draft-eastlake-fnv/">draft-eastlake-fnv</a>): tells
   * names apart that nobody chose to collide, which is all that a claim needs.
   */
  private static int hash(String text) {
    int hash = 0x811c9dc5;
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * 0x01000193;
    }
    return hash;
  }
}
