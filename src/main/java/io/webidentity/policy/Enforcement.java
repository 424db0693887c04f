package io.webidentity.policy;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What becomes of a pod whose identity the policy does not allow. */
public enum Enforcement {
  /** It is injected all the same; the violation is reported. */
  AUDIT("audit"),
  /** It is created without credentials, with a warning. */
  SKIP("skip"),
  /** It is not created. */
  DENY("deny");

  private final String word;

  Enforcement(String word) {
    this.word = word;
  }

  /** How policies spell it. */
  public String word() {
    return word;
  }

  /** The one that is spelled like this, in exactly these letters. */
  public static Optional<Enforcement> of(String word) {
    return Arrays.stream(values()).filter(value -> value.word.equals(word)).findFirst();
  }

  /** Every spelling, mildest first. */
  public static List<String> words() {
    return Arrays.stream(values()).map(Enforcement::word).toList();
  }
}
