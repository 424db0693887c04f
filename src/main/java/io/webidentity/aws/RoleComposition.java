package io.webidentity.aws;

import java.util.function.UnaryOperator;

/**
 * Makes ARNs of roles' names: {@code orders} becomes {@code arn:aws:iam::111122223333:role/orders}.
 * What has {@code arn:} in it stays as it is.
 *
 * @param partition of AWS
 * @param accountId the account of every role that is written without one
 */
public record RoleComposition(String partition, String accountId) implements UnaryOperator<String> {
  @Override
  public String apply(String role) {
    return role.contains("arn:")
        ? role
        : "arn:%s:iam::%s:role/%s".formatted(partition, accountId, role);
  }
}
