package io.webidentity.observability;

/** What the server keeps of the cluster, for a person who looks for a fault in it. */
public interface CacheAccess {
  /** The content as JSON; may take a while, so not on an event loop. */
  String json();

  /**
   * Has everything read again. What is known stays in use until then: no request is answered
   * otherwise because of it.
   *
   * @return one sentence that says what happens now
   */
  String clear();
}
