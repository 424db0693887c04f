package io.webidentity.account;

import java.util.regex.Pattern;

/**
 * Which ServiceAccount: names are unique only within a namespace.
 *
 * @param namespace the namespace's name
 * @param name the account's name
 */
public record AccountKey(String namespace, String name) {
  /**
   * <a href="https://www.rfc-editor.org/rfc/rfc1123">RFC 1123</a> labels, as Kubernetes has them.
   */
  private static final Pattern NAMESPACE = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

  private static final Pattern NAME = Pattern.compile("[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?");

  /** Whether a Namespace can have this name. */
  static boolean isNamespace(String name) {
    return NAMESPACE.matcher(name).matches();
  }

  /**
   * Whether such an account can exist. A pod under admission has not been validated yet: its
   * account's name may be any text, which must not become part of a URL.
   */
  public boolean possible() {
    return isNamespace(namespace) && NAME.matcher(name).matches();
  }

  /** The usual notation, {@code namespace/name}; neither part can contain a slash. */
  @Override
  public String toString() {
    return namespace + "/" + name;
  }
}
