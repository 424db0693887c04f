package io.webidentity;

/** Starts a command, nothing else. */
public final class Main {
  private Main() {}

  /** Entry point of {@code bin/webhook}. */
  public static void main(String[] args) {}
}
