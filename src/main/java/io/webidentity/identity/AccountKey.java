package io.webidentity.identity;

/**
 * Which ServiceAccount: names are unique only within a namespace.
 *
 * @param namespace the namespace's name
 * @param name the account's name
 */
public record AccountKey(String namespace, String name) {
  /** The usual notation, {@code namespace/name}; neither part can contain a slash. */
  @Override
  public String toString() {
    return namespace + "/" + name;
  }
}
