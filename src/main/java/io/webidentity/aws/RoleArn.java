package io.webidentity.aws;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The ARN of an IAM role, without blanks around it; not necessarily well formed, because even a
 * malformed one is injected: the pod must not fall back to the node's role in silence.
 *
 * @param value the ARN, not empty
 */
public record RoleArn(String value) {
  /**
   * {@code arn:<partition>:iam:<region or empty>:<account or empty>:role/<path and name>}. Paths
   * are printable ASCII, names {@code [\w+=,.@-]}, as <a
   * href="https://docs.aws.amazon.com/IAM/latest/APIReference/API_Role.html">IAM</a> has them; the
   * other parts are free of blanks and colons, as STS servers other than AWS's fill them their way.
   */
  private static final Pattern WELL_FORMED =
      Pattern.compile("arn:[!-9;-~]+:iam:[!-9;-~]*:[!-9;-~]*:role/(?:[!-~]*/)?[\\w+=,.@-]+");

  /**
   * What AWS itself has: no region, an account of twelve digits, no empty part of the path. Ceph's
   * roles stand in its partition, too: without an account, or with the name of a tenant or account
   * that is no number. Loops take what they have taken: paths may be long.
   */
  private static final Pattern OF_AWS =
      Pattern.compile(
          "arn:aws[!-9;-~]*+:iam::(?:[0-9]{12}|[0-9]*+[A-Za-z_-][A-Za-z0-9_-]*+)?"
              + ":role/(?:[!-.0-~]++/)*+[\\w+=,.@-]++");

  /** The role in this setting; empty where there are only blanks, or nothing at all. */
  public static Optional<RoleArn> of(String setting) {
    int start = 0;
    int end = setting.length();
    while (start < end && blank(setting.charAt(start))) {
      start++;
    }
    while (end > start && blank(setting.charAt(end - 1))) {
      end--;
    }
    return start == end
        ? Optional.empty()
        : Optional.of(new RoleArn(setting.substring(start, end)));
  }

  /** What the text is. */
  public enum Form {
    /** The ARN of a role, and possible where its partition is one of AWS. */
    WELL_FORMED,
    /** It names a partition of AWS, where its account or path is impossible. */
    IMPOSSIBLE_ON_AWS,
    /** No ARN of a role. */
    MALFORMED
  }

  /** What the text is; one look for nearly all roles, as each pod's is asked. */
  public Form form() {
    boolean ofAws = value.startsWith("arn:" + AwsPartition.COMMERCIAL);
    if (ofAws && OF_AWS.matcher(value).matches()) {
      return Form.WELL_FORMED;
    }
    if (!WELL_FORMED.matcher(value).matches()) {
      return Form.MALFORMED;
    }
    return ofAws ? Form.IMPOSSIBLE_ON_AWS : Form.WELL_FORMED;
  }

  /** Whether the value is the ARN of a role, on AWS or elsewhere. */
  public boolean wellFormed() {
    return form() != Form.MALFORMED;
  }

  /** The partition of AWS that the ARN names; empty for any other text. */
  public Optional<String> awsPartition() {
    int start = "arn:".length();
    int end = value.indexOf(':', start);
    return value.startsWith("arn:" + AwsPartition.COMMERCIAL) && end > 0
        ? Optional.of(value.substring(start, end))
        : Optional.empty();
  }

  /** Blanks that copying out of a page or a terminal brings, no-break spaces included. */
  private static boolean blank(char character) {
    return Character.isWhitespace(character) || Character.isSpaceChar(character);
  }
}
