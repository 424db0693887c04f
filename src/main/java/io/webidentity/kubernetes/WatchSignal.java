package io.webidentity.kubernetes;

import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens to an informer's watches, for when they last delivered anything and whether one is open.
 * The informer itself keeps bookmarks to itself, and the resource version it shows stands still
 * while no object changes.
 *
 * <p>It also gives the bytes of a watch to the informer in ASCII, see {@link JsonAscii}.
 */
final class WatchSignal implements Interceptor {
  private static final long NEVER = Long.MIN_VALUE;

  /** As API servers write it; within strings the quotes are escaped. */
  private static final String ERROR_EVENT = "\"type\":\"ERROR\"";

  /** API servers tell an error as soon as the watch is open. */
  private static final Duration PROOF = Duration.ofSeconds(1);

  private static final Logger log = LoggerFactory.getLogger(WatchSignal.class);

  private final String collection;
  private final String noun;
  private final LongSupplier nanoTime;
  private final AtomicLong lastNanos = new AtomicLong(NEVER);
  private final AtomicReference<@Nullable OpenWatch> watch = new AtomicReference<>();
  private volatile long unwatchedSinceNanos;
  private volatile long heardNanos;
  private volatile boolean heard;
  private volatile long askedNanos;
  private volatile String lastProblem = "";

  /**
   * Has heard nothing yet.
   *
   * @param collection what the paths of such watches end with, such as {@code /serviceaccounts}
   * @param noun what is watched, for the log
   */
  WatchSignal(String collection, String noun, LongSupplier nanoTime) {
    this.collection = collection;
    this.noun = noun;
    this.nanoTime = nanoTime;
    this.unwatchedSinceNanos = nanoTime.getAsLong();
    this.askedNanos = unwatchedSinceNanos;
  }

  /** A complete list was taken over: everything is known as of now. */
  void listed() {
    long now = nanoTime.getAsLong();
    lastNanos.set(now);
    unwatchedSinceNanos = now;
  }

  /**
   * Time since the last complete list, or the last change or bookmark on a watch; empty before the
   * first. Refusals and errors are no signs of life.
   */
  Optional<Duration> age() {
    long last = lastNanos.get();
    return last == NEVER
        ? Optional.empty()
        : Optional.of(Duration.ofNanos(nanoTime.getAsLong() - last));
  }

  /**
   * For how long changes have been missed: since the last watch ended, or since a list after that;
   * zero while a watch is open, even a silent one, but for its first moment.
   */
  Duration unwatched() {
    OpenWatch open = watch.get();
    return open != null && isProven(open)
        ? Duration.ZERO
        : Duration.ofNanos(nanoTime.getAsLong() - unwatchedSinceNanos);
  }

  /**
   * Whether a watch is one: it has delivered something, or has stayed open for a while. Some are
   * accepted only to be told an error, again and again.
   */
  private boolean isProven(OpenWatch open) {
    return (heard && heardNanos - open.sinceNanos() >= 0)
        || nanoTime.getAsLong() - open.sinceNanos() > PROOF.toNanos();
  }

  /**
   * For how long there has been no watch, and nobody has asked for one or for a list; zero while a
   * watch is open.
   */
  Duration idle() {
    if (watch.get() != null) {
      return Duration.ZERO;
    }
    long now = nanoTime.getAsLong();
    return Duration.ofNanos(Math.min(now - unwatchedSinceNanos, now - askedNanos));
  }

  /**
   * Ends an open watch that has delivered nothing for so long; the informer opens a new one, from
   * where it was. A connection that died without a sign would last until fabric8 replaces the
   * watch, after 5 to 10 minutes.
   */
  void cutIfSilentFor(Duration limit) {
    OpenWatch open = watch.get();
    if (open == null) {
      return;
    }
    long now = nanoTime.getAsLong();
    long last = lastNanos.get();
    long silent = Math.min(now - open.sinceNanos(), last == NEVER ? Long.MAX_VALUE : now - last);
    if (silent > limit.toNanos()) {
      log.warn("Nothing was heard on the watch of {} for {}; it is opened again.", noun, limit);
      ended(open);
      open.body().cancel();
    }
  }

  @Override
  public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
    if (request.uri().getPath().endsWith(collection)) {
      askedNanos = nanoTime.getAsLong();
    }
  }

  @Override
  public void after(
      HttpRequest request,
      HttpResponse<?> response,
      AsyncBody.Consumer<List<ByteBuffer>> consumer) {
    if (!isWatch(request.uri())) {
      return;
    }
    if (!response.isSuccessful()) {
      report("HTTP " + response.code());
    } else if (response.body() instanceof AsyncBody body) {
      lastProblem = "";
      OpenWatch open = new OpenWatch(body, nanoTime.getAsLong());
      watch.set(open);
      // It may have ended already.
      var _ = body.done().whenComplete((_, _) -> ended(open));
    }
  }

  @Override
  public void afterConnectionFailure(HttpRequest request, Throwable failure) {
    if (isWatch(request.uri())) {
      report(ApiServerReader.problem(failure));
    }
  }

  /** The body of a watch that was refused is never read: whatever comes here was accepted. */
  @Override
  public AsyncBody.Consumer<List<ByteBuffer>> consumer(
      AsyncBody.Consumer<List<ByteBuffer>> consumer, HttpRequest request) {
    if (!isWatch(request.uri())) {
      return consumer;
    }
    JsonAscii ascii = new JsonAscii();
    return (buffers, body) -> {
      List<ByteBuffer> encoded = buffers.stream().map(ascii::encode).toList();
      if (encoded.stream().noneMatch(WatchSignal::isError)) {
        heardNanos = nanoTime.getAsLong();
        heard = true;
        lastNanos.set(heardNanos);
      }
      consumer.consume(encoded, body);
    };
  }

  private static boolean isError(ByteBuffer events) {
    return StandardCharsets.US_ASCII.decode(events.duplicate()).toString().contains(ERROR_EVENT);
  }

  private void ended(OpenWatch open) {
    if (open.equals(watch.get())) {
      // First, so that nobody sees the time of the watch before.
      if (isProven(open)) {
        unwatchedSinceNanos = nanoTime.getAsLong();
      }
      watch.compareAndSet(open, null);
    }
  }

  /** Logs a failure that is unlike the one before; the informer keeps those of watches secret. */
  private void report(String problem) {
    if (!problem.equals(lastProblem)) {
      lastProblem = problem;
      log.warn("{} cannot be watched ({}); trying again.", noun, problem);
    }
  }

  private boolean isWatch(URI uri) {
    return uri.getPath().endsWith(collection)
        && String.valueOf(uri.getQuery()).contains("watch=true");
  }

  /**
   * A watch that the API server has accepted.
   *
   * @param sinceNanos when
   */
  private record OpenWatch(AsyncBody body, long sinceNanos) {}
}
