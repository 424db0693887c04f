package io.webidentity.kubernetes;

/**
 * A kind of objects that a {@link Reflector} and live look-ups read, and what is kept of them.
 *
 * @param <K> tells objects apart; its text is {@link ApiObject#key}
 * @param <P> what is kept of an object
 */
public interface ObjectKind<K, P> {
  /** The kind's name in the singular, such as {@code ServiceAccount}. */
  String noun();

  /** The loop that lists and watches. */
  String loop();

  /** Its name in rights, such as {@code serviceaccounts}. */
  String resource();

  /** Path of all objects of the cluster, such as {@code /api/v1/serviceaccounts}. */
  String collection();

  /** Path of one object that is {@link #possible}. */
  String path(K key);

  /** Whether such an object can exist; other keys must not become part of a URL. */
  boolean possible(K key);

  /** What is to be kept of an object. */
  P properties(ApiObject object);

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
