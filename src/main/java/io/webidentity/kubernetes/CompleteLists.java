package io.webidentity.kubernetes;

import io.fabric8.kubernetes.client.informers.ResourceEventHandler;

/**
 * Tells the signal of lists of which every page was read and taken over. What a request for a list
 * is answered says less: a page may be refused, or be no list at all.
 */
final class CompleteLists<T> implements ResourceEventHandler<T> {
  private final WatchSignal signal;

  CompleteLists(WatchSignal signal) {
    this.signal = signal;
  }

  @Override
  public void onList(String resourceVersion, boolean remainedEmpty) {
    signal.listed();
  }

  @Override
  public void onAdd(T object) {
    // The store has it.
  }

  @Override
  public void onUpdate(T before, T object) {
    // The store has it.
  }

  @Override
  public void onDelete(T object, boolean unknownFinalState) {
    // The store has forgotten it.
  }
}
