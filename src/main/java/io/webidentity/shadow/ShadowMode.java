package io.webidentity.shadow;

import io.webidentity.admission.Answer;
import io.webidentity.admission.Responder;
import io.webidentity.admission.Review.Header;
import io.webidentity.admission.ReviewBytes;
import io.webidentity.injection.Reason;
import io.webidentity.watch.RepeatedLook;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leaves every pod as it is, and compares what this webhook would have done with what another one
 * does. The answer waits for neither: reviews are compared afterwards, from a bounded queue.
 */
public final class ShadowMode implements Responder, AutoCloseable {
  /** Reviews that wait; a burst of pods is as large. */
  static final int MAX_WAITING = 256;

  /** Bytes of reviews that wait or are being asked about: 256 of 16 KiB, as most are smaller. */
  static final int MAX_BYTES = 4 * 1024 * 1024;

  /** Largest review compared: trees of it take tens of times its size, and memory is 128 MiB. */
  static final int LONGEST_REVIEW = 1024 * 1024;

  /** Reviews asked about at the same time: no load that the other webhook would notice. */
  private static final int ASKING = 4;

  /** The longest wait for a review, seconds. */
  private static final long PATIENCE = 1;

  private static final Logger LOG = LoggerFactory.getLogger(ShadowMode.class);

  private final ReviewHeaders headers = new ReviewHeaders();
  private final OtherWebhook other;
  private final PodComparison comparison;
  private final ComparisonLog log = new ComparisonLog();
  private final BlockingQueue<Pending> queue = new ArrayBlockingQueue<>(MAX_WAITING);
  private final AtomicInteger bytes = new AtomicInteger();
  private final Map<ComparisonResult, LongAdder> results = new EnumMap<>(ComparisonResult.class);
  private final List<RepeatedLook> asking =
      IntStream.rangeClosed(1, ASKING)
          .mapToObj(number ->
              new RepeatedLook(
                  "shadow_" + number, Duration.ZERO, this::compareNext, ShadowMode::report))
          .toList();

  /** One at a time: trees of pods are large. */
  private final ReentrantLock comparing = new ReentrantLock();

  /** Compares with this webhook; not started. */
  public ShadowMode(OtherWebhook other, PodComparison comparison) {
    this.other = other;
    this.comparison = comparison;
    for (ComparisonResult result : ComparisonResult.values()) {
      results.put(result, new LongAdder());
    }
  }

  /** Says in the log that nothing is injected, and begins to compare. */
  public void start() {
    LOG.warn(
        "SHADOW MODE: this webhook injects nothing and rejects nothing; it compares its decisions"
            + " with the answers of {}. Leave out --compare-with for it to inject",
        other.url());
    asking.forEach(RepeatedLook::start);
  }

  /** How many comparisons ended like this. */
  public long count(ComparisonResult result) {
    return counter(result).sum();
  }

  @Override
  public CompletionStage<Answer> answer(ReviewBytes bytes, CompletionStage<Answer> decided) {
    Optional<Header> header = headers.read(bytes);
    if (header.isEmpty()) {
      return decided.thenApply(ShadowMode::withoutChange);
    }
    if (bytes.length() > LONGEST_REVIEW) {
      counter(ComparisonResult.DROPPED).increment();
    } else {
      byte[] review = bytes.copy();
      CompletionStage<Void> _ =
          decided.thenAccept(answer -> offer(review, header.get().uid(), answer));
    }
    return CompletableFuture.completedFuture(Answer.Unchanged.of(header.get()));
  }

  /** What asks and compares. */
  public List<RepeatedLook> looks() {
    return asking;
  }

  /** Ends what is under way; what waits is forgotten. */
  @Override
  public void close() {
    asking.forEach(RepeatedLook::close);
    other.close();
  }

  /** Whatever was made of a review without a header, it must not change a pod. */
  private static Answer withoutChange(Answer decided) {
    return switch (decided) {
      case Answer.Refused refused -> refused;
      case Answer.Reviewed _, Answer.Unchanged _ ->
          new Answer.Refused(
              Reason.MALFORMED_REVIEW,
              Answer.Failure.BAD_REQUEST,
              "the AdmissionReview has no apiVersion or no uid");
    };
  }

  private void offer(byte[] review, String uid, Answer decided) {
    switch (decided) {
      case Answer.Reviewed reviewed -> enqueue(new Pending(review, uid, reviewed.body()));
      case Answer.Refused refused -> {
        switch (refused.failure()) {
          case BAD_REQUEST, INTERNAL_ERROR, UNAVAILABLE ->
              counter(ComparisonResult.UNDECIDED).increment();
          case FORBIDDEN, CONTENT_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE -> {
            // About who asks and how, not about a pod.
          }
        }
      }
      case Answer.Unchanged _ -> throw new IllegalStateException("decided by shadow mode itself");
    }
  }

  private void enqueue(Pending pending) {
    int size = pending.size();
    if (size > LONGEST_REVIEW) {
      counter(ComparisonResult.DROPPED).increment();
    } else if (bytes.addAndGet(size) > MAX_BYTES || !queue.offer(pending)) {
      bytes.addAndGet(-size);
      counter(ComparisonResult.DROPPED).increment();
    }
  }

  private void compareNext() throws InterruptedException {
    Pending pending = queue.poll(PATIENCE, TimeUnit.SECONDS);
    if (pending == null) {
      return;
    }
    ComparisonResult result = ComparisonResult.FAILED;
    try {
      result = compare(pending);
    } finally {
      bytes.addAndGet(-pending.size());
      counter(result).increment();
    }
  }

  private static void report(String problem, @Nullable Throwable bug) {
    LOG.atError().setCause(bug).log("shadow mode: a review could not be compared: {}", problem);
  }

  private ComparisonResult compare(Pending pending) throws InterruptedException {
    try {
      byte[] answer = other.ask(pending.review());
      comparing.lockInterruptibly();
      try {
        return compare(pending, answer);
      } finally {
        comparing.unlock();
      }
    } catch (UnusableAnswerException e) {
      log.failed(pending::pod, e);
      return ComparisonResult.FAILED;
    }
  }

  private ComparisonResult compare(Pending pending, byte[] answer) throws UnusableAnswerException {
    ReviewAnswer theirs = ReviewAnswer.read(answer, pending.uid());
    ReviewedPod pod = pending.pod();
    Comparison compared = comparison.compare(pod.json(), pending.decision(), theirs);
    if (compared.isUneven()) {
      log.differ(pod, compared);
    }
    return compared.result();
  }

  private LongAdder counter(ComparisonResult result) {
    LongAdder counter = results.get(result);
    if (counter == null) {
      throw new IllegalStateException("no counter of " + result);
    }
    return counter;
  }

  /**
   * A review that waits to be compared.
   *
   * @param review the request's body
   * @param uid of the review
   * @param decided body of what this webhook would have answered
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared with each other.
  private record Pending(byte[] review, String uid, byte[] decided) {
    int size() {
      return review.length + decided.length;
    }

    ReviewedPod pod() {
      return ReviewedPod.read(review, uid);
    }

    ReviewAnswer decision() {
      try {
        return ReviewAnswer.read(decided, uid);
      } catch (UnusableAnswerException e) {
        throw new IllegalStateException("this webhook decided on what nobody can use", e);
      }
    }
  }
}
