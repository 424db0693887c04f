package io.webidentity.policy;

/**
 * A part of a policy cannot mean anything; the message is a clause without its subject that says
 * what is wrong and what to write, such as {@code has the character U+0435: …}.
 */
public final class InvalidPolicyException extends Exception {
  private static final long serialVersionUID = 1L;

  InvalidPolicyException(String message) {
    super(message);
  }
}
