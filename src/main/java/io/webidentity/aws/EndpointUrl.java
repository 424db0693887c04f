package io.webidentity.aws;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The URL of a server that SDKs are to use instead of one of AWS's, verbatim.
 *
 * <p>It is {@code http} or {@code https}, a host (a DNS name or an IP address, the one of version 6
 * in brackets), perhaps a port, perhaps a path; all that <a
 * href="https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html">SDKs</a> take.
 * User information would be a password in every pod, query and fragment mean nothing to SDKs, and
 * {@code $} could be the beginning of a {@code $(VARIABLE)}, which kubelet would replace.
 *
 * @param value the URL
 */
public record EndpointUrl(String value) {
  /** More than any server's address needs, and little in a pod that has it in every container. */
  static final int MAX_CHARACTERS = 2048;

  /** Of a DNS name, the dot at its end included. */
  private static final int LONGEST_HOST = 254;

  private static final int HIGHEST_PORT = 65_535;

  /** Of a host name (RFC 1123, section 2.1). */
  static final String LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?";

  /** A name of 253 characters (RFC 1035) has at most 127 labels. */
  private static final String HOST =
      "(" + LABEL + "(?:\\." + LABEL + "){0,126}\\.?|\\[[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*\\])";

  /** RFC 3986's pchar without the dollar sign. */
  private static final String PATH = "(?:/(?:[A-Za-z0-9._~!&'()*+,;=:@-]++|%[0-9A-Fa-f]{2}|/)*+)?";

  private static final Pattern URL =
      Pattern.compile("[Hh][Tt][Tt][Pp][Ss]?://" + HOST + "(?::([0-9]{1,5}))?" + PATH);

  /** What stands before the host; it may be a password. */
  private static final Pattern USER_INFORMATION =
      Pattern.compile("\\A((?:[A-Za-z][A-Za-z0-9+.-]*:)?[/\\\\]*).*@", Pattern.DOTALL);

  /** A text for messages, which may be a URL, without its user information. */
  public static String withoutUserInformation(String text) {
    return USER_INFORMATION.matcher(text).replaceFirst("$1…@");
  }

  /**
   * Checks the value.
   *
   * @throws IllegalArgumentException if it is not such a URL
   */
  public EndpointUrl {
    if (!isValid(value)) {
      throw new IllegalArgumentException("not the URL of an endpoint: " + value);
    }
  }

  /** The URL that is written; empty if none is. */
  public static Optional<EndpointUrl> of(String text) {
    return isValid(text) ? Optional.of(new EndpointUrl(text)) : Optional.empty();
  }

  private static boolean isValid(String text) {
    if (text.length() > MAX_CHARACTERS) {
      return false;
    }
    Matcher url = URL.matcher(text);
    return url.matches()
        && url.group(1).length() <= LONGEST_HOST
        && (url.group(2) == null || isPort(Integer.parseInt(url.group(2))));
  }

  private static boolean isPort(int number) {
    return number >= 1 && number <= HIGHEST_PORT;
  }
}
