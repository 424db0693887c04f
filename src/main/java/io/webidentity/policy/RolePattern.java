package io.webidentity.policy;

import io.webidentity.aws.RoleArn;
import java.util.Set;

/**
 * The ARN of a role, or a pattern of ARNs, anchored at both ends: {@code *} is any part of a name
 * or of one folder of a path, {@code **} any part of path and name. Neither crosses a colon.
 *
 * <p>A pattern with wildcards never matches a role whose path has an empty folder, {@code .} or
 * {@code ..}: IAM takes such paths literally, another STS might not.
 */
public final class RolePattern {
  /**
   * Of an ARN, as <a
   * href="https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html">STS</a>
   * takes it.
   */
  static final int LONGEST_ARN = 2048;

  private static final Set<String> ODD_FOLDERS = Set.of("", ".", "..");

  private final Glob glob;

  private RolePattern(Glob glob) {
    this.glob = glob;
  }

  /**
   * The pattern that is written so.
   *
   * @throws InvalidPolicyException if no role's ARN can match it
   */
  public static RolePattern of(String text) throws InvalidPolicyException {
    Characters.requireOneOf(text, RolePattern::mayHave, "printable ASCII without blanks");
    if (text.indexOf('?') >= 0) {
      throw new InvalidPolicyException("has a ?, which is no wildcard here; write *");
    }
    if (text.length() > LONGEST_ARN || !new RoleArn(text.replace('*', 'x')).wellFormed()) {
      throw new InvalidPolicyException(
          "is not the ARN of a role; write arn:<partition>:iam::<account>:role/<name>, "
              + "with * for a part of the name");
    }
    return new RolePattern(Glob.of(text));
  }

  /** A pattern whose asterisks are all {@code **}, and which may be one that matches nothing. */
  static RolePattern acrossFolders(String text) {
    return new RolePattern(Glob.of(text.replace("*", "**")));
  }

  private static boolean mayHave(int character) {
    return character > ' ' && character <= '~';
  }

  /** Whether this is the role's ARN, or a pattern of it. */
  public boolean matches(RoleArn role) {
    return glob.exact()
        ? glob.matches(role.value())
        : canBeMeantByWildcard(role) && glob.matches(role.value());
  }

  /** Whether every reader understands the role's path alike. */
  static boolean canBeMeantByWildcard(RoleArn role) {
    if (role.value().length() > LONGEST_ARN) {
      return false;
    }
    String[] folders = role.value().split("/", -1);
    for (int i = 1; i < folders.length; i++) {
      if (ODD_FOLDERS.contains(folders[i])) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    return glob.toString();
  }
}
