package io.webidentity.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.AnyNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.webidentity.account.AccountKey;

/**
 * A kind of objects that an informer and live look-ups read, and what is kept of them.
 *
 * @param <K> tells objects apart; its text is the name, or namespace and name as in {@link
 *     AccountKey#toString}
 * @param <T> the object as fabric8 has it
 * @param <P> what is kept of it
 */
public interface ObjectKind<K, T extends HasMetadata, P> {
  /** The kind's name in the singular, such as {@code ServiceAccount}. */
  String noun();

  /** The loop that looks after its watch. */
  String loop();

  /** Its name in paths and rights, such as {@code serviceaccounts}. */
  String resource();

  /** Whether such an object can exist; other keys must not become part of a URL. */
  boolean possible(K key);

  /** The object's class. */
  Class<T> type();

  /** Lists and watches every object of the cluster. */
  AnyNamespaceOperation<T, ?, ?> all(KubernetesClient client);

  /** One object, to be asked for. */
  Resource<T> one(KubernetesClient client, K key);

  /** What is to be kept of an object. */
  P properties(ObjectMeta metadata);

  /** The properties of an object that has nothing of interest. */
  P nothing();

  /** How many characters the texts among these properties have. */
  long characters(P properties);

  /** Whether these properties ask for a role. */
  boolean hasRole(P properties);

  /**
   * Whether these properties are known well enough even if a change may be on its way: whoever has
   * nothing yet may be about to get it.
   */
  boolean settled(P properties);
}
