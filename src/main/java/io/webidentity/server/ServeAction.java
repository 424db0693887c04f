package io.webidentity.server;

/** Runs the server. */
@FunctionalInterface
public interface ServeAction {
  /**
   * Serves until told to stop.
   *
   * @return the exit code: 0 after an orderly stop
   */
  int serve(ServeSettings settings);
}
