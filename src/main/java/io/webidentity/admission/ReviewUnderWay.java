package io.webidentity.admission;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLSession;

/**
 * A review that waits for its answer.
 *
 * @param review its body, released with the answer
 * @param admission left with the answer
 */
record ReviewUnderWay(IncomingReview review, AdmissionGate.Admission admission) {
  /** Asks for the answer; the future fails with what is thrown. */
  CompletableFuture<Answer> ask(MutateEndpoint endpoint, Optional<SSLSession> session) {
    try {
      return endpoint
          .answer(
              new MutateCall(review.request().contentType(), session, review.bytes(), admission))
          .toCompletableFuture();
    } catch (RuntimeException | Error e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** There is an answer, or there will never be one; to be called once. */
  void end() {
    review.release();
    admission.leave();
  }
}
