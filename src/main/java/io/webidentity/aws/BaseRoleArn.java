package io.webidentity.aws;

import java.util.Optional;

/**
 * What stands before the names of roles that are written without an ARN, as kube2iam's {@code
 * --base-role-arn} and kiam's {@code --role-base-arn}.
 *
 * @param value such as {@code arn:aws:iam::111122223333:role/}, with a slash at its end
 */
public record BaseRoleArn(String value) {
  /**
   * Checks the value.
   *
   * @throws IllegalArgumentException if it does not become a role's ARN with a name behind it
   */
  public BaseRoleArn {
    if (!isValid(value)) {
      throw new IllegalArgumentException("not the beginning of roles' ARNs: " + value);
    }
  }

  /** The base that is written; empty if none is. */
  public static Optional<BaseRoleArn> of(String text) {
    return isValid(text) ? Optional.of(new BaseRoleArn(text)) : Optional.empty();
  }

  private static boolean isValid(String text) {
    return text.endsWith("/") && text.indexOf('*') < 0 && new RoleArn(text + "x").wellFormed();
  }

  /** What of the role's ARN is behind this base; empty if the role has another. */
  public Optional<String> nameOf(RoleArn role) {
    return role.value().startsWith(value)
        ? Optional.of(role.value().substring(value.length()))
        : Optional.empty();
  }
}
