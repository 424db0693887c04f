package io.webidentity.account;

import io.webidentity.kubernetes.ObjectLookup;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Knows Namespaces, as far as they have a say. A request asks {@link #known} first, which never
 * waits, and {@link #lookUpLive} only where that is empty. Thread-safe.
 */
public interface NamespaceFinder {
  /** Whether their annotations are defaults for their ServiceAccounts. */
  boolean areDefaults();

  /**
   * What is kept of the Namespace, if it is known well enough to decide on. Never blocks: safe on
   * an event loop. Empty does not mean that the Namespace does not exist.
   *
   * @param name its name, which may be any text
   */
  Optional<NamespaceProperties> known(String name);

  /**
   * Asks where the Namespaces are kept. Returns at once; the stage completes on another thread,
   * never exceptionally, and at the latest when the deadline of a look-up has passed.
   *
   * @param name its name, which may be any text
   */
  CompletionStage<ObjectLookup<NamespaceProperties>> lookUpLive(String name);
}
