package io.webidentity.admission;

import io.webidentity.watch.Threads;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Decides about large reviews on threads of their own, one after the other. An event loop that
 * reads 8 MiB answers nobody else for tens of milliseconds, and while a review is read, the names
 * in it take up to three times its size. Hardly any pod is that large.
 */
final class LargeReviews {
  /** Longest body that event loops read, bytes: a tenth of a millisecond. */
  static final int LONGEST_SMALL_BYTES = 64 * 1024;

  private final ReentrantLock turn = new ReentrantLock(true);
  private final ThreadFactory threads = Threads.ofTasks("large-review-");

  /** Whether a body of this length, bytes, belongs here. */
  static boolean include(int length) {
    return length > LONGEST_SMALL_BYTES;
  }

  /** Decides when it is this one's turn. */
  CompletionStage<Answer> decide(Supplier<CompletionStage<Answer>> decision) {
    return CompletableFuture.completedFuture(decision)
        .thenApplyAsync(this::inTurn, task -> threads.newThread(task).start())
        .thenCompose(Function.identity());
  }

  private CompletionStage<Answer> inTurn(Supplier<CompletionStage<Answer>> decision) {
    turn.lock();
    try {
      return decision.get();
    } finally {
      turn.unlock();
    }
  }
}
