package io.webidentity.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.webidentity.config.AccountSourceSettings;
import io.webidentity.watch.Threads;
import io.webidentity.watch.UnusableContentException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An informer over all objects of one kind, with a client and threads of its own, so that a new one
 * inherits nothing.
 *
 * @param <K> tells objects apart
 * @param <T> the object as fabric8 has it
 * @param <P> what is kept of it
 */
final class OpenInformer<K, T extends HasMetadata, P> implements AutoCloseable {
  /** Objects in a page of the list, as Kubernetes' own clients ask for. */
  private static final long PAGE_SIZE = 500;

  private final KubernetesClient client;
  private final ApiServerReader<K, P> reader;
  private final InformerStore<T> store;
  private final SharedIndexInformer<T> informer;
  private final AtomicReference<@Nullable Throwable> lost = new AtomicReference<>();

  /**
   * Connected, not started.
   *
   * @param signal hears what the informer asks and gets
   * @param onFailure told why the API server cannot be listed or watched; the informer tries again
   *     for as long as it takes
   */
  OpenInformer(
      ObjectKind<K, T, P> kind,
      ObjectStore<K, P> store,
      AccountSourceSettings.Cluster settings,
      PodCredentials pod,
      WatchSignal signal,
      Consumer<String> onFailure)
      throws UnusableContentException {
    this.client =
        ApiClients.connect(
            settings,
            pod,
            builder ->
                builder
                    .withKubernetesSerialization(MetadataReader.serialization(kind))
                    .withTaskExecutorSupplier(new LibraryThreads(lost::set))
                    .withHttpClientBuilderConsumer(http ->
                        http.addOrReplaceInterceptor("watch-signal", signal)
                            .addOrReplaceInterceptor("page-bound", new PageBound())));
    this.reader = new ApiServerReader<>(client, kind);
    this.store = new InformerStore<>(store);
    this.informer =
        PagesToStore.informer(
            kind.all(client), this.store, PAGE_SIZE, settings.resyncPeriod().toMillis());
    informer
        .addEventHandlerWithResyncPeriod(new CompleteLists<>(signal), 0)
        .exceptionHandler((_, e) -> {
          onFailure.accept(ApiServerReader.problem(e, client));
          return true;
        });
  }

  /** Begins to list; complete when the first list is. */
  CompletableFuture<Void> start() {
    return informer.start().toCompletableFuture();
  }

  /**
   * What a thread of the informer's let out, and with it perhaps an event: the library tells only
   * the thread's handler, and goes on with the next one.
   */
  Optional<Throwable> lost() {
    return Optional.ofNullable(lost.get());
  }

  /** One object, now, see {@link ObjectReader#read}. */
  Optional<P> read(K key, Duration timeout) throws ObjectReadException {
    return reader.read(key, timeout);
  }

  /** Ends the informer: nothing of it reaches the store any more. Objects can still be read. */
  void stop() {
    informer.stop();
    store.close();
  }

  @Override
  public void close() {
    stop();
    client.close();
  }

  /** The threads of a client, which end with it. */
  private record LibraryThreads(Consumer<Throwable> onUncaught)
      implements KubernetesClientBuilder.ExecutorSupplier {
    @Override
    public Executor get() {
      return Threads.pool("informer-", onUncaught);
    }

    @Override
    public void onClose(Executor executor) {
      ((ExecutorService) executor).shutdownNow();
    }
  }
}
