package io.webidentity.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One informer's way to a store that outlives it. After {@link #close}, nothing of that informer
 * reaches the store: a stopped one may still be in the middle of a list or of an event, which would
 * undo what its successor has read.
 *
 * <p>The informer itself, to which this is an {@link ItemStore}, brings what it watches, and finds
 * nothing here: it compares the keys of a list with what it finds, and makes events of what it put
 * over, and both would cost more than the objects. What no list has shown goes by {@link
 * #listed(List, boolean)}.
 *
 * @param <T> the objects
 */
final class InformerStore<T extends HasMetadata> implements ItemStore<T> {
  private final ObjectStore<?, ?> store;
  private boolean closed;

  InformerStore(ObjectStore<?, ?> store) {
    this.store = store;
  }

  synchronized void close() {
    closed = true;
  }

  /** The first page of a list was read. */
  synchronized void listBegins() {
    if (!closed) {
      store.listBegins();
    }
  }

  /**
   * A page of a list shows these.
   *
   * @param last whether the list ends with it
   */
  synchronized void listed(List<T> page, boolean last) {
    if (closed) {
      return;
    }
    for (T object : page) {
      store.listed(object.getMetadata());
    }
    if (last) {
      store.listEnds();
    }
  }

  @Override
  public synchronized @Nullable T put(String key, T object) {
    if (!closed) {
      store.changed(object.getMetadata());
    }
    return null;
  }

  @Override
  public synchronized @Nullable T remove(String key) {
    if (!closed) {
      store.remove(key);
    }
    return null;
  }

  @Override
  public String getKey(T object) {
    return ObjectStore.key(object.getMetadata());
  }

  @Override
  public Stream<String> keySet() {
    return Stream.empty();
  }

  @Override
  public Stream<T> values() {
    return Stream.empty();
  }

  @Override
  public int size() {
    return 0;
  }

  @Override
  public @Nullable T get(String key) {
    return null;
  }

  /** False, or fabric8 would queue an event for every object until the first list is complete. */
  @Override
  public boolean isFullState() {
    return false;
  }
}
