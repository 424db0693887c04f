package io.webidentity.testing;

/** What an {@link ApiServerProxy} does with a request. */
public sealed interface ProxyBehaviour {
  /** Nothing answers until the behaviour changes; the new one then holds for what waits. */
  record Hang() implements ProxyBehaviour {}

  /** A behaviour that lets the client know. */
  sealed interface Answering extends ProxyBehaviour {}

  /** The API server answers. */
  record Forward() implements Answering {}

  /** The connection is reset, as by a host that is gone. */
  record Refuse() implements Answering {}

  /**
   * The proxy answers in the API server's place, with an error.
   *
   * @param status HTTP status, such as 429 or 503
   */
  record Answer(int status) implements Answering {}
}
