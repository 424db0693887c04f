package io.webidentity.aws;

import java.util.regex.Pattern;

/**
 * Names of regions. SDKs write them into host names unchecked, as in {@code
 * sts.<region>.amazonaws.com}, so that a slash or an {@code @} in one would choose the server that
 * gets the token. A name is therefore one label of RFC 1123: letters, digits and hyphens within, at
 * most 63 characters. Clouds other than AWS's choose their own; which exist is not checked.
 *
 * @see <a href="https://github.com/advisories/GHSA-6475-r3vj-m8vf">GHSA-6475-r3vj-m8vf</a>
 */
public final class RegionName {
  private static final Pattern NAME = Pattern.compile(EndpointUrl.LABEL);

  private RegionName() {}

  /** Whether this can be one. */
  public static boolean possible(String text) {
    return NAME.matcher(text).matches();
  }
}
