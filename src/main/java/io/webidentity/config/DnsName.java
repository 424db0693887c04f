package io.webidentity.config;

import java.util.regex.Pattern;

/**
 * What Kubernetes takes for a DNS name.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/concepts/overview/working-with-objects/names/">Kubernetes:
 *     object names</a>
 */
public final class DnsName {
  private static final int LABEL_LIMIT = 63;
  private static final int SUBDOMAIN_LIMIT = 253;
  private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?");
  private static final Pattern SUBDOMAIN =
      Pattern.compile(LABEL.pattern() + "(\\." + LABEL.pattern() + ")*");

  private DnsName() {}

  /** Whether the text is a label (RFC 1123): what names of namespaces and Services look like. */
  public static boolean isLabel(String text) {
    return text.length() <= LABEL_LIMIT && LABEL.matcher(text).matches();
  }

  /** Whether the text is a subdomain (RFC 1123): what prefixes of annotations look like. */
  public static boolean isSubdomain(String text) {
    return text.length() <= SUBDOMAIN_LIMIT && SUBDOMAIN.matcher(text).matches();
  }
}
