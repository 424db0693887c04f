package io.webidentity.admission;

import io.webidentity.injection.Reason;

/** What became of a request, in one word. */
enum Outcome {
  /** The pod was changed. */
  INJECTED("injected"),
  /** The pod was left as it is, and that is right. */
  SKIPPED("skipped"),
  /** The pod must not be created. */
  REJECTED("rejected"),
  /** There was no decision; the API server applies its failurePolicy. */
  ERROR("error"),
  /** Shadow mode: the pod was left as it is, whatever was decided. */
  SHADOW("shadow");

  private final String label;

  Outcome(String label) {
    this.label = label;
  }

  /** The word in metrics and logs. */
  String label() {
    return label;
  }

  /** The outcome of what was answered. */
  static Outcome of(Answer answer) {
    return switch (answer) {
      case Answer.Reviewed reviewed -> of(reviewed.reason());
      case Answer.Refused refused -> of(refused.reason());
      case Answer.Unchanged _ -> SHADOW;
    };
  }

  /** The outcome that a pod's reason belongs to. */
  static Outcome of(Reason reason) {
    return switch (reason.kind()) {
      case OUTCOME ->
          switch (reason) {
            case INJECTED -> INJECTED;
            case POD_REJECTED -> REJECTED;
            default -> SKIPPED;
          };
      case ERROR -> ERROR;
      case CONTAINER, SURPRISE ->
          throw new IllegalArgumentException(reason + " is not about a whole pod");
    };
  }
}
