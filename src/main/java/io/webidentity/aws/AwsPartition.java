package io.webidentity.aws;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The partition of AWS that a region is part of, by the beginning of its name.
 *
 * <table>
 * <caption>As AWS's SDKs have them</caption>
 * <tr><th>region</th><th>partition</th></tr>
 * <tr><td>{@code cn-…}</td><td>{@code aws-cn}</td></tr>
 * <tr><td>{@code us-gov-…}</td><td>{@code aws-us-gov}</td></tr>
 * <tr><td>{@code us-iso-…}</td><td>{@code aws-iso}</td></tr>
 * <tr><td>{@code us-isob-…}</td><td>{@code aws-iso-b}</td></tr>
 * <tr><td>{@code eu-isoe-…}</td><td>{@code aws-iso-e}</td></tr>
 * <tr><td>{@code us-isof-…}</td><td>{@code aws-iso-f}</td></tr>
 * <tr><td>{@code eusc-…}</td><td>{@code aws-eusc}</td></tr>
 * <tr><td>any other</td><td>{@code aws}</td></tr>
 * </table>
 */
public final class AwsPartition {
  /** The partition of most regions. */
  public static final String COMMERCIAL = "aws";

  private static final List<Map.Entry<String, String>> BY_PREFIX =
      List.of(
          Map.entry("cn-", "aws-cn"),
          Map.entry("us-gov-", "aws-us-gov"),
          Map.entry("us-iso-", "aws-iso"),
          Map.entry("us-isob-", "aws-iso-b"),
          Map.entry("eu-isoe-", "aws-iso-e"),
          Map.entry("us-isof-", "aws-iso-f"),
          Map.entry("eusc-", "aws-eusc"));

  /** How AWS names its regions; other clouds have names of their own. */
  private static final Pattern REGION_OF_AWS =
      Pattern.compile("(?:[a-z]{2,4}(?:-(?:gov|iso[a-z]?))?-[a-z]+|eusc-[a-z]+-[a-z]+)-[0-9]");

  private AwsPartition() {}

  /** The partition of a region that is named as AWS names them; empty for any other name. */
  public static Optional<String> ofAwsRegion(String region) {
    return REGION_OF_AWS.matcher(region).matches()
        ? Optional.of(ofRegion(region))
        : Optional.empty();
  }

  /** The partition's name, as ARNs have it. */
  public static String ofRegion(String region) {
    return BY_PREFIX.stream()
        .filter(prefix -> region.startsWith(prefix.getKey()))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(COMMERCIAL);
  }
}
