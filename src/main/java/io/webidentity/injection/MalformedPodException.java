package io.webidentity.injection;

import java.io.Serial;

/** A pod that has a value of the wrong type where a decision needs one of the right type. */
public final class MalformedPodException extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  private final String path;

  /**
   * An exception whose message is one sentence of the two.
   *
   * @param path where in the pod, such as {@code spec.containers[2].env}; empty for the pod itself
   * @param problem what is wrong there, such as {@code must be an array, not a string}
   */
  MalformedPodException(String path, String problem) {
    super((path.isEmpty() ? "the pod" : path) + ' ' + problem);
    this.path = path;
  }

  /** Where in the pod, such as {@code spec.containers[2].env}; empty for the pod itself. */
  public String path() {
    return path;
  }
}
