package io.webidentity.injection;

/**
 * Every reason why a pod or a container was injected, left alone or surprising: the one list that
 * warnings, logs, metrics and {@code explain} share.
 */
public enum Reason {
  /** The pod was changed. */
  INJECTED("injected", Kind.OUTCOME, "The pod was injected."),
  /** Nothing was left to add. */
  ALREADY_INJECTED("already_injected", Kind.OUTCOME, "The pod already has everything."),
  /** The account has no role annotation. */
  NO_ROLE("no_role", Kind.OUTCOME, "The ServiceAccount has no role annotation."),
  /** The account does not exist. */
  SERVICE_ACCOUNT_NOT_FOUND(
      "service_account_not_found", Kind.OUTCOME, "The ServiceAccount does not exist.");

  /** What a reason is about. */
  public enum Kind {
    /** Of a whole pod. */
    OUTCOME,
    /** Of one container. */
    CONTAINER,
    /** Something a user should know about; becomes a warning. */
    SURPRISE,
    /** Why a request could not be answered. */
    ERROR
  }

  private final String code;
  private final Kind kind;
  private final String sentence;

  Reason(String code, Kind kind, String sentence) {
    this.code = code;
    this.kind = kind;
    this.sentence = sentence;
  }

  /** The stable code: metric label, log value. */
  public String code() {
    return code;
  }

  /** What this reason is about. */
  public Kind kind() {
    return kind;
  }

  /** What it means, for people. */
  public String sentence() {
    return sentence;
  }
}
