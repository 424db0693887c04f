package io.webidentity.identity;

import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One informer's way to a store that outlives it. After {@link #close}, nothing of that informer
 * reaches the store: a stopped one may still be in the middle of a list or of an event, which would
 * undo what its successor has read.
 *
 * @param <T> the objects
 */
final class InformerStore<T> implements ItemStore<T> {
  private final ItemStore<T> store;
  private boolean closed;

  InformerStore(ItemStore<T> store) {
    this.store = store;
  }

  synchronized void close() {
    closed = true;
  }

  @Override
  public synchronized @Nullable T put(String key, T object) {
    return closed ? null : store.put(key, object);
  }

  @Override
  public synchronized @Nullable T remove(String key) {
    return closed ? null : store.remove(key);
  }

  @Override
  public String getKey(T object) {
    return store.getKey(object);
  }

  @Override
  public Stream<String> keySet() {
    return store.keySet();
  }

  @Override
  public Stream<T> values() {
    return store.values();
  }

  @Override
  public int size() {
    return store.size();
  }

  @Override
  public @Nullable T get(String key) {
    return store.get(key);
  }

  @Override
  public boolean isFullState() {
    return store.isFullState();
  }
}
