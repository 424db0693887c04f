package io.webidentity.account;

import java.util.Collection;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

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

  /** More would make a sentence unreadable. */
  private static final int MOST_NAMED = 8;

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

  /** A sentence that says which accounts were read, the first few by name. */
  public static String namedAsRead(Collection<AccountKey> accounts) {
    if (accounts.isEmpty()) {
      return "No ServiceAccount was read.";
    }
    String more =
        accounts.size() > MOST_NAMED ? " and %d more".formatted(accounts.size() - MOST_NAMED) : "";
    return accounts.stream()
        .map(AccountKey::toString)
        .sorted()
        .limit(MOST_NAMED)
        .collect(Collectors.joining(", ", "Read: ", more + "."));
  }
}
