package io.webidentity.account;

import io.webidentity.kubernetes.ObjectFinder;

/** Knows Namespaces by their names, as far as they have a say. */
public interface NamespaceFinder extends ObjectFinder<String, NamespaceProperties> {
  /** Whether their annotations are defaults for their ServiceAccounts. */
  boolean areDefaults();
}
