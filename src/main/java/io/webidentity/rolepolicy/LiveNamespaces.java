package io.webidentity.rolepolicy;

import io.webidentity.injection.Reason;
import io.webidentity.kubernetes.LookupRateLimit;
import io.webidentity.kubernetes.ObjectLookup;
import io.webidentity.kubernetes.ObjectReadException;
import io.webidentity.policy.NamespaceMetadata;
import io.webidentity.watch.Threads;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Namespaces as the API server has them: each is asked for when a pod needs it, and what was
 * answered counts for {@link #FRESH}. A failure counts only for those who wait for it.
 *
 * <p>Few policies depend on labels, and pods come in bursts of one Namespace: that is a request
 * every few seconds where there are pods, and none where there are not.
 */
public final class LiveNamespaces implements PolicyNamespaces {
  /** How long a changed label may be overlooked. */
  static final Duration FRESH = Duration.ofSeconds(5);

  private static final Lookup WITHOUT_MEMORY =
      new Lookup.Failed(
          Reason.LOOKUP_FAILED, "A Namespace could not be read (VirtualMachineError).");

  /** Answers kept before old ones are taken away. */
  private static final int MANY = 1_000;

  private final NamespaceReader reader;
  private final Duration deadline;
  private final LongSupplier nanoTime;
  private final LookupRateLimit rateLimit;
  private final ConcurrentMap<String, Answer> answers = new ConcurrentHashMap<>();
  private final ThreadFactory threads = Threads.ofTasks("namespace-lookup-");

  /**
   * Asks this reader.
   *
   * @param deadline how long an answer may take
   */
  public LiveNamespaces(NamespaceReader reader, Duration deadline, LongSupplier nanoTime) {
    this.reader = reader;
    this.deadline = deadline;
    this.nanoTime = nanoTime;
    this.rateLimit = new LookupRateLimit(nanoTime);
  }

  @Override
  public CompletionStage<Lookup> lookUp(String name) {
    long now = nanoTime.getAsLong();
    if (answers.size() >= MANY) {
      answers.values().removeIf(answer -> !fresh(answer, now));
    }
    return answers
        .compute(name, (_, known) -> known != null && fresh(known, now) ? known : ask(name, now))
        .lookup();
  }

  private static boolean fresh(Answer answer, long now) {
    return now - answer.askedNanos() < FRESH.toNanos();
  }

  private Answer ask(String name, long now) {
    CompletableFuture<Lookup> lookup = new CompletableFuture<>();
    Answer answer =
        new Answer(
            now,
            lookup
                .completeOnTimeout(tooLate(name), deadline.toNanos(), TimeUnit.NANOSECONDS)
                // Timeouts are completed by a thread of the JDK's that nothing may hold up.
                .thenApplyAsync(result -> result, task -> threads.newThread(task).start()));
    var _ = answer.lookup().whenComplete((result, _) -> forgetFailure(name, answer, result));
    threads.newThread(() -> lookup.complete(read(name))).start();
    return answer;
  }

  private void forgetFailure(String name, Answer answer, @Nullable Lookup result) {
    if (!(result instanceof Lookup.Found)) {
      answers.remove(name, answer);
    }
  }

  private Lookup read(String name) {
    if (rateLimit.take(Duration.ZERO).isEmpty()) {
      return new Lookup.Failed(
          Reason.LOOKUP_RATE_LIMITED, "Too many Namespaces wait to be looked up.");
    }
    try {
      return new Lookup.Found(reader.read(name, deadline));
    } catch (ObjectReadException e) {
      ObjectLookup.Failed<NamespaceMetadata> failure = e.failure();
      return new Lookup.Failed(failure.reason(), failure.message());
    } catch (Throwable e) {
      // Of an Error, too, those who wait must learn. Without memory for a message of its own:
      return e instanceof VirtualMachineError
          ? WITHOUT_MEMORY
          : new Lookup.Failed(
              Reason.LOOKUP_FAILED, "Namespace %s could not be read (%s).".formatted(name, e));
    }
  }

  private Lookup tooLate(String name) {
    return new Lookup.Failed(
        Reason.LOOKUP_TIMEOUT,
        "The API server did not answer within %d ms when asked for Namespace %s."
            .formatted(deadline.toMillis(), name));
  }

  private record Answer(long askedNanos, CompletableFuture<Lookup> lookup) {}
}
