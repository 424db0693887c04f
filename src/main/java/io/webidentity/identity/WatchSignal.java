package io.webidentity.identity;

import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Listens to the informer's lists and watches, for when they last delivered anything. The informer
 * itself keeps bookmarks to itself, and the resource version it shows stands still while no account
 * changes.
 *
 * <p>It also gives the bytes of a watch to the informer in ASCII, see {@link JsonAscii}.
 */
final class WatchSignal implements Interceptor {
  private static final long NEVER = Long.MIN_VALUE;

  private final LongSupplier nanoTime;
  private final AtomicLong lastNanos = new AtomicLong(NEVER);

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

  @Override
  public AsyncBody.Consumer<List<ByteBuffer>> consumer(
      AsyncBody.Consumer<List<ByteBuffer>> consumer, HttpRequest request) {
    URI uri = request.uri();
    if (!uri.getPath().endsWith("/serviceaccounts")) {
      return consumer; // One account: a live look-up.
    }
    boolean watch = String.valueOf(uri.getQuery()).contains("watch=true");
    JsonAscii ascii = new JsonAscii();
    return (buffers, body) -> {
      lastNanos.set(nanoTime.getAsLong());
      consumer.consume(watch ? buffers.stream().map(ascii::encode).toList() : buffers, body);
    };
  }
}
