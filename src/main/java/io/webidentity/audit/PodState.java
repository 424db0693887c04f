package io.webidentity.audit;

/** How what a container has compares with what today's configuration gives it; worst last. */
public enum PodState {
  /** It has what it should have, be that nothing. */
  AS_DECIDED("as_decided", "has what it should have"),
  /** It was given a token for another audience. */
  OTHER_AUDIENCE("other_audience", "has a token for another audience"),
  /** It was given another role, or container credentials for a role. */
  OTHER_ROLE("other_role", "has another role"),
  /** It was given credentials, and would get none today. */
  NOT_DUE("not_due", "has credentials that it would not get today"),
  /** It has some of what it should have. */
  PARTLY("partly", "lacks a part of its credentials"),
  /** It has nothing of what it should have. */
  MISSING("missing", "has no credentials and should have some");

  private final String code;
  private final String words;

  PodState(String code, String words) {
    this.code = code;
    this.words = words;
  }

  /** The stable code, for programs. */
  public String code() {
    return code;
  }

  /** What the container has, for people: a clause without its subject. */
  public String words() {
    return words;
  }
}
