package io.webidentity.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.ListOptions;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.dsl.AnyNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.internal.AbstractWatchManager;
import io.fabric8.kubernetes.client.dsl.internal.BaseOperation;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.fabric8.kubernetes.client.informers.impl.DefaultSharedIndexInformer;
import io.fabric8.kubernetes.client.informers.impl.ListerWatcher;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Takes every page of a list into the store as it comes, and gives the informer an empty one in its
 * place: it would remember the key of each object until the list is complete, and then compare.
 * Everything else is the operation's own.
 *
 * <p>A page that {@link PageBound} refuses is asked for again with fewer objects; those after it
 * grow again.
 *
 * @param <T> the objects
 * @param <L> lists of them
 */
final class PagesToStore<T extends HasMetadata, L extends KubernetesResourceList<T>>
    implements ListerWatcher<T, L> {
  private static final int GROWTH = 2;
  private static final int SHRINKING = 8;

  private final ListerWatcher<T, L> operation;
  private final InformerStore<T> store;
  private final long pageSize;

  /** What is asked for next. */
  private volatile long size;

  /**
   * Lists and watches what the operation does.
   *
   * @param pageSize objects in a page
   */
  private PagesToStore(ListerWatcher<T, L> operation, InformerStore<T> store, long pageSize) {
    this.operation = operation;
    this.store = store;
    this.pageSize = pageSize;
    this.size = pageSize;
  }

  /**
   * An informer over what the operation lists and watches.
   *
   * @param operation of a fabric8 client
   * @param resyncPeriod ms
   */
  static <T extends HasMetadata> SharedIndexInformer<T> informer(
      AnyNamespaceOperation<T, ?, ?> operation,
      InformerStore<T> store,
      long pageSize,
      long resyncPeriod) {
    // fabric8 has no other implementation of operations than this one.
    @SuppressWarnings("unchecked")
    BaseOperation<T, KubernetesResourceList<T>, ?> base =
        (BaseOperation<T, KubernetesResourceList<T>, ?>) operation;
    SharedIndexInformer<T> informer =
        new DefaultSharedIndexInformer<>(
            base.getType(),
            new PagesToStore<>(base, store, pageSize),
            resyncPeriod,
            base.getOperationContext().getExecutor());
    informer.removeIndexer(Cache.NAMESPACE_INDEX); // It would cost more than the objects.
    return informer.itemStore(store);
  }

  @Override
  public CompletableFuture<L> submitList(ListOptions options) {
    boolean first = isNone(options.getContinue());
    return page(options)
        .thenApply(page -> {
          ApiServerReader.requireList(page);
          if (first) {
            store.listBegins();
          }
          store.listed(page.getItems(), isNone(page.getMetadata().getContinue()));
          page.getItems().clear();
          return page;
        });
  }

  private CompletableFuture<L> page(ListOptions options) {
    long asked = size;
    return operation
        .submitList(new ListOptionsBuilder(options).withLimit(asked).build())
        .thenApply(page -> {
          size = Math.min(pageSize, asked * GROWTH);
          return page;
        })
        .exceptionallyCompose(failure -> {
          if (!PageBound.refused(failure)) {
            return CompletableFuture.failedFuture(failure);
          }
          size = Math.max(1, asked / SHRINKING);
          return page(options);
        });
  }

  private static boolean isNone(@Nullable String token) {
    return token == null || token.isEmpty();
  }

  @Override
  public CompletableFuture<AbstractWatchManager<T>> submitWatch(
      ListOptions options, Watcher<T> watcher) {
    return operation.submitWatch(options, watcher);
  }

  @Override
  public Long getLimit() {
    return pageSize;
  }

  @Override
  public int getWatchReconnectInterval() {
    return operation.getWatchReconnectInterval();
  }

  @Override
  public String getApiEndpointPath() {
    return operation.getApiEndpointPath();
  }

  @Override
  public Config getConfig() {
    return operation.getConfig();
  }
}
