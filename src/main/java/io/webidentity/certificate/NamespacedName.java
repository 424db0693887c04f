package io.webidentity.certificate;

/**
 * Name of an object in a namespace.
 *
 * @param namespace the namespace
 * @param name the name, unique for the kind in that namespace
 */
record NamespacedName(String namespace, String name) {
  @Override
  public String toString() {
    return namespace + "/" + name;
  }
}
