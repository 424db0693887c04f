package io.webidentity.identity;

import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens to the informer's lists and watches, for when they last delivered anything. The informer
 * itself keeps bookmarks to itself, and the resource version it shows stands still while no account
 * changes.
 *
 * <p>It also gives the bytes of a watch to the informer in ASCII, see {@link JsonAscii}.
 */
final class WatchSignal implements Interceptor {
  private static final long NEVER = Long.MIN_VALUE;

  private static final Logger log = LoggerFactory.getLogger(WatchSignal.class);

  private final LongSupplier nanoTime;
  private final AtomicLong lastNanos = new AtomicLong(NEVER);
  private volatile @Nullable OpenWatch watch;

  WatchSignal(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Time since the last bytes of a list or watch; empty before the first. */
  Optional<Duration> age() {
    long last = lastNanos.get();
    return last == NEVER
        ? Optional.empty()
        : Optional.of(Duration.ofNanos(nanoTime.getAsLong() - last));
  }

  /**
   * Ends an open watch that has delivered nothing for so long; the informer opens a new one, from
   * where it was. A connection that died without a sign would last until fabric8 replaces the
   * watch, after 5 to 10 minutes.
   */
  void cutIfSilentFor(Duration limit) {
    OpenWatch open = watch;
    if (open == null) {
      return;
    }
    long now = nanoTime.getAsLong();
    long last = lastNanos.get();
    long silent = Math.min(now - open.sinceNanos(), last == NEVER ? Long.MAX_VALUE : now - last);
    if (silent > limit.toNanos()) {
      watch = null;
      log.warn("Nothing was heard on the watch for {}; it is opened again.", limit);
      open.body().cancel();
    }
  }

  @Override
  public void after(
      HttpRequest request,
      HttpResponse<?> response,
      AsyncBody.Consumer<List<ByteBuffer>> consumer) {
    if (isWatch(request.uri())
        && response.isSuccessful()
        && response.body() instanceof AsyncBody body) {
      watch = new OpenWatch(body, nanoTime.getAsLong());
    }
  }

  @Override
  public AsyncBody.Consumer<List<ByteBuffer>> consumer(
      AsyncBody.Consumer<List<ByteBuffer>> consumer, HttpRequest request) {
    if (!isCollection(request.uri())) {
      return consumer; // One account: a live look-up.
    }
    boolean watching = isWatch(request.uri());
    JsonAscii ascii = new JsonAscii();
    return (buffers, body) -> {
      lastNanos.set(nanoTime.getAsLong());
      consumer.consume(watching ? buffers.stream().map(ascii::encode).toList() : buffers, body);
    };
  }

  private static boolean isCollection(URI uri) {
    return uri.getPath().endsWith("/serviceaccounts");
  }

  private static boolean isWatch(URI uri) {
    return isCollection(uri) && String.valueOf(uri.getQuery()).contains("watch=true");
  }

  /**
   * A watch that the API server has accepted.
   *
   * @param sinceNanos when
   */
  private record OpenWatch(AsyncBody body, long sinceNanos) {}
}
