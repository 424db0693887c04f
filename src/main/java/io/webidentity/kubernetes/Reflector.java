package io.webidentity.kubernetes;

import com.fasterxml.jackson.core.JacksonException;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.webidentity.watch.RepeatedLook;
import io.webidentity.watch.UnusableContentException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.HttpURLConnection;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a sink in step with a collection of the API server, by <a
 * href="https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes">
 * a paged list and a watch</a> from there on. One loop does all of it: nothing else can die unseen,
 * and what fails is begun again, after a pause that doubles.
 *
 * <p>A watch goes on from the last change or bookmark. After an error that may have lost a change,
 * and where the API server no longer has the changes since (410), everything is listed again.
 */
final class Reflector implements AutoCloseable {
  /** Pause after the first failure; doubled each time up to {@link #LONGEST_RETRY}. */
  static final Duration FIRST_RETRY = Duration.ofMillis(250);

  private static final int DOUBLINGS = 5;

  /** The webhook is not ready for that much longer than the API server was away. */
  static final Duration LONGEST_RETRY = FIRST_RETRY.multipliedBy(1 << DOUBLINGS);

  /** Objects in a page of the list, as Kubernetes' own clients ask for. */
  static final int PAGE_SIZE = 500;

  /** Seconds; API servers choose as much where nothing is asked for. */
  private static final int SHORTEST_WATCH = 300;

  /** How long a look waits for a change. */
  private static final Duration LOOK = Duration.ofSeconds(1);

  private static final Logger log = LoggerFactory.getLogger(Reflector.class);

  private final String collection;
  private final String what;
  private final ApiServer api;
  private final ObjectSink sink;
  private final WatchAge age;
  private final RepeatedLook loop;

  // Of the loop alone.
  private @Nullable AnswerStream watch;
  private String version = "";
  private int failures;
  private BooleanSupplier needed = () -> true;

  // Read by everybody.
  private volatile boolean ready;
  private volatile boolean listing = true;

  /**
   * Not started.
   *
   * @param loopName see {@link ObjectKind#loop}
   * @param collection path of what is listed and watched
   * @param what what that is, for messages
   * @param report told what fails, and that it is over
   * @param nanoTime measures ages
   */
  Reflector(
      String loopName,
      String collection,
      String what,
      ApiServer api,
      ObjectSink sink,
      RepeatedLook.Report report,
      LongSupplier nanoTime) {
    this.collection = collection;
    this.what = what;
    this.api = api;
    this.sink = sink;
    this.age = new WatchAge(nanoTime);
    this.loop = new RepeatedLook(loopName, this::pause, this::look, report);
  }

  /**
   * Connects and starts to list. Whether the API server can be reached shows later: the loop
   * retries for as long as it takes.
   *
   * @param wanted whether anybody needs it now; before, the API server is not asked
   */
  void start(BooleanSupplier wanted) throws UnusableContentException {
    this.needed = wanted;
    if (!ready) {
      api.connect();
    }
    loop.start();
    loop.wake();
  }

  /**
   * Lists on the caller's thread, before {@link #start}.
   *
   * @throws KubernetesClientException if the API server does not answer, or refuses
   * @throws IOException if its answer is cut off
   */
  void listNow() throws UnusableContentException, IOException {
    api.connect();
    list();
    sink.check();
  }

  /**
   * Lists everything again. Until that list is complete, what was known stays known, and then what
   * is no longer there goes.
   */
  synchronized ListAgain listAgain() {
    if (listing) {
      return ListAgain.UNDER_WAY;
    }
    log.info("{} are listed again: the cache was cleared.", what);
    listing = true;
    loop.wake();
    return ListAgain.STARTED;
  }

  /** Whether a list was complete; never false again once true. */
  boolean ready() {
    return ready;
  }

  /** The loop. */
  RepeatedLook looks() {
    return loop;
  }

  /** How old is what the sink has. */
  WatchAge age() {
    return age;
  }

  @Override
  public void close() {
    loop.close();
    api.close();
  }

  private Duration pause() {
    if (!needed.getAsBoolean()) {
      return LOOK;
    }
    return failures == 0
        ? Duration.ZERO
        : FIRST_RETRY.multipliedBy(1L << Math.min(failures - 1, DOUBLINGS));
  }

  private void look() throws UnusableContentException {
    if (!needed.getAsBoolean()) {
      ended();
      age.forgotten();
      listing = true;
      return;
    }
    Throwable lost = api.lost();
    if (lost != null && api.renew()) {
      listing = true;
    }
    try {
      if (listing) {
        list();
        sink.check();
      }
      follow(watch == null ? open() : watch);
      if (age.isProven()) {
        failures = 0;
      }
      sink.check();
    } catch (KubernetesClientException | IOException e) {
      failed(e);
    } catch (UnusableContentException e) {
      throw e;
    } catch (Throwable e) {
      // Perhaps a change was read and not taken.
      listing = true;
      failures++;
      ended();
      throw e;
    }
    if (lost != null && api.lost() == null) {
      throw new IllegalStateException("a change may be lost: all is listed again", lost);
    }
    if (age.mayLackChanges()) {
      throw new UnusableContentException("changes of " + what + " may be missed");
    }
  }

  private void list() throws IOException {
    ended();
    sink.listBegins();
    String next = "";
    String listed;
    do {
      String continued =
          next.isEmpty() ? "" : "&continue=" + URLEncoder.encode(next, StandardCharsets.UTF_8);
      String path = collection + separator() + "limit=" + PAGE_SIZE + continued;
      try (AnswerStream answer = api.get(path, ApiClientConfig.LIST_TIMEOUT)) {
        ObjectJson.Page page = ObjectJson.page(answer, sink::listed);
        next = page.next();
        listed = page.version();
      }
    } while (!next.isEmpty());
    sink.listEnds();
    version = listed;
    age.listed();
    listing = false;
    ready = true;
  }

  private String separator() {
    return collection.contains("?") ? "&" : "?";
  }

  private AnswerStream open() throws IOException {
    // Not all of the webhook's replicas, nor all watches of one, end at once.
    int seconds = SHORTEST_WATCH + ThreadLocalRandom.current().nextInt(SHORTEST_WATCH);
    AnswerStream opened =
        api.stream(
            "%s%swatch=true&allowWatchBookmarks=true&resourceVersion=%s&timeoutSeconds=%d"
                .formatted(collection, separator(), version, seconds),
            ApiClientConfig.LIST_TIMEOUT);
    watch = opened;
    age.opened();
    return opened;
  }

  /** Takes what the watch brings, for a while. */
  private void follow(AnswerStream open) throws IOException {
    long end = System.nanoTime() + LOOK.toNanos();
    Optional<byte[]> line = open.line(LOOK);
    while (line.isPresent()) {
      take(ObjectJson.event(line.get()));
      long left = end - System.nanoTime();
      // A busy watch has more at once; whoever looks after the loop wants to see that it lives.
      line = left > 0 ? open.line(Duration.ofNanos(left)) : Optional.empty();
    }
    if (open.ended()) {
      failures = age.isProven() ? 0 : failures + 1;
      ended();
    } else if (age.isOverdue()) {
      log.warn(
          "Nothing was heard on the watch of {} for {}; the webhook opens it again.",
          what,
          WatchAge.SILENCE_LIMIT);
      ended();
    }
  }

  private void take(ObjectJson.Event event) throws IOException {
    ApiObject object = event.object();
    if (event.type().equals("ERROR") || object == null) {
      throw new KubernetesClientException(event.status());
    }
    switch (event.type()) {
      case "ADDED", "MODIFIED" -> sink.changed(object);
      case "DELETED" -> sink.removed(object.key());
      case "BOOKMARK" -> {
        // The version is all it has.
      }
      default -> {
        // A type of a later version of the API.
      }
    }
    version = object.metadata().getResourceVersion();
    age.heard();
  }

  /** What was read before the failure is taken: a watch can go on from there. */
  private void failed(Exception e) throws UnusableContentException {
    int code = e instanceof KubernetesClientException answered ? answered.getCode() : 0;
    boolean whileListing = listing;
    failures = age.isProven() ? 1 : failures + 1;
    ended();
    if (e instanceof InterruptedIOException) {
      throw new UnusableContentException("the webhook stops", e);
    }
    if (e instanceof JacksonException) {
      listing = true; // The watch would bring the same again.
    }
    if (code == HttpURLConnection.HTTP_GONE) {
      listing = true;
      if (!whileListing) {
        return; // The list that follows has everything.
      }
    }
    String problem = api.problem(e);
    if (code <= 0) {
      api.renew();
    }
    throw new UnusableContentException(
        "%s cannot be listed or watched (%s)".formatted(what, problem), e);
  }

  private void ended() {
    AnswerStream open = watch;
    if (open != null) {
      age.ended();
      watch = null;
      open.close();
    }
  }
}
