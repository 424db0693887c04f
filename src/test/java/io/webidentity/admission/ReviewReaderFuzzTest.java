package io.webidentity.admission;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.webidentity.injection.MemoryBudget;
import io.webidentity.injection.PodReader;
import java.util.Optional;

/**
 * Whatever the body: the streaming reader reads what a plain tree reads and refuses what it
 * refuses, with a sentence, and nothing else ever comes out of it; also of a body in pieces.
 */
final class ReviewReaderFuzzTest {
  private static final PodReader PODS = new PodReader("eks.amazonaws.com");

  /** Shorter than names, and about as long as a value. */
  private static final int[] PIECES = {3, 50};

  private final ReviewReader reader = new ReviewReader(PODS, EphemeralContainerRule.IGNORE);
  private final ReviewTree tree = new ReviewTree(PODS);

  @FuzzTest(maxDuration = "10s")
  void every_body_is_read_as_the_tree_reads_it_or_refused_with_a_sentence(byte[] body) {
    Optional<Review> expected = tree.read(body);
    check(body, ReviewBytes.of(body), expected);
    for (int length : PIECES) {
      check(body, BodyInPieces.of(body, length), expected);
    }
  }

  private void check(byte[] body, ReviewBytes asItCame, Optional<Review> expected) {
    try {
      assertThat(expected).contains(reader.read(asItCame, MemoryBudget.UNBOUNDED));
    } catch (MalformedReviewException | OversizedReviewException refusal) {
      assertThat(refusal).message().isNotBlank();
      // Of a member given twice, a tree keeps the last; the reader has met a wrong type in the
      // first by then.
      assertThat(expected.isEmpty() || ReviewTree.hasMemberTwice(body)).isTrue();
    }
  }
}
