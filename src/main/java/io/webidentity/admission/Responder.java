package io.webidentity.admission;

import java.util.concurrent.CompletionStage;

/** What is answered, given what was decided. */
@FunctionalInterface
public interface Responder {
  /** What was decided. */
  Responder AS_DECIDED = (_, decided) -> decided;

  /**
   * Answers a review.
   *
   * @param review the request's body; not there any more when this has returned
   * @param decided what this webhook would answer; never completes exceptionally
   * @return never completes exceptionally
   */
  CompletionStage<Answer> answer(ReviewBytes review, CompletionStage<Answer> decided);
}
