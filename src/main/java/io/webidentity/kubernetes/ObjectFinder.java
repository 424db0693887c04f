package io.webidentity.kubernetes;

import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Knows objects of one kind. A request asks {@link #known} first, which never waits, and {@link
 * #lookUpLive} only where that is empty. Thread-safe.
 *
 * @param <K> tells objects apart; a key may be any text
 * @param <P> what is kept of an object
 */
public interface ObjectFinder<K, P> {
  /**
   * What is kept of the object, if it is known well enough to decide on. Never blocks: safe on an
   * event loop. Empty does not mean that the object does not exist.
   */
  Optional<P> known(K key);

  /**
   * Asks where the objects are kept. Returns at once; the stage completes on another thread, never
   * exceptionally, and at the latest when the deadline of a look-up has passed.
   */
  CompletionStage<ObjectLookup<P>> lookUpLive(K key);
}
