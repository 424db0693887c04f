package io.webidentity.config;

import java.net.URI;
import java.util.Optional;
import java.util.regex.Pattern;

/** What roles' ARNs are made of where only the roles' names are written. */
public sealed interface RoleCompositionSettings {
  /** Whether the text is the id of an AWS account: twelve digits. */
  static boolean isAccountId(String text) {
    return Given.ACCOUNT_ID.matcher(text).matches();
  }

  /** Whether the text can be the name of a partition, such as {@code aws-cn}. */
  static boolean isPartition(String text) {
    return Given.PARTITION.matcher(text).matches();
  }

  /**
   * An account that is known.
   *
   * @param partition of AWS, such as {@code aws}
   * @param accountId twelve digits
   */
  record Given(String partition, String accountId) implements RoleCompositionSettings {
    private static final Pattern ACCOUNT_ID = Pattern.compile("[0-9]{12}");
    private static final Pattern PARTITION = Pattern.compile("[a-z][-a-z0-9]*");

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException for a partition or an account that can be none
     */
    public Given {
      if (!isPartition(partition) || !isAccountId(accountId)) {
        throw new IllegalArgumentException(
            "no partition and account: " + partition + ", " + accountId);
      }
    }
  }

  /**
   * The account that this machine's instance belongs to.
   *
   * @param endpoint of the instance metadata service: http or https, without a path
   * @param partition instead of the one of the instance's region
   */
  record OfInstance(URI endpoint, Optional<String> partition) implements RoleCompositionSettings {}
}
