package io.webidentity.event;

/** What became of a notice. */
public enum EventResult {
  /** Events made, and counts of Events brought up to date. */
  WRITTEN("written"),
  /** Notices that an Event of the last minutes tells already; added to its count later. */
  DEDUPLICATED("deduplicated"),
  /** Notices that were too many, or about an object that is gone. */
  DROPPED("dropped"),
  /** Events that the API server did not take. */
  FAILED("failed");

  private final String code;

  EventResult(String code) {
    this.code = code;
  }

  /** The label in metrics. */
  public String code() {
    return code;
  }
}
