package io.webidentity.policy;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which labels an object must have, all of them, as in Kubernetes' own <a
 * href="https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/">label
 * selectors</a>. It has one requirement or more: one without any would match everything.
 *
 * @param requirements what each of some labels must be
 */
public record LabelSelector(List<Requirement> requirements) {
  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if there is no requirement
   */
  public LabelSelector {
    requirements = List.copyOf(requirements);
    if (requirements.isEmpty()) {
      throw new IllegalArgumentException("a selector without requirements");
    }
  }

  /** Whether an object with these labels is selected. */
  public boolean matches(Map<String, String> labels) {
    return requirements.stream().allMatch(requirement -> requirement.met(labels));
  }

  /** How a label relates to the values of a requirement. */
  public enum Operator {
    /** The label has one of the values. */
    IN("In"),
    /** The label has another value, or is not there. */
    NOT_IN("NotIn"),
    /** The label is there. */
    EXISTS("Exists"),
    /** The label is not there. */
    DOES_NOT_EXIST("DoesNotExist");

    private final String word;

    Operator(String word) {
      this.word = word;
    }

    /** The one that is spelled like this, in exactly these letters. */
    public static Optional<Operator> of(String word) {
      return Arrays.stream(values()).filter(value -> value.word.equals(word)).findFirst();
    }

    /** Every spelling. */
    public static List<String> words() {
      return Arrays.stream(values()).map(operator -> operator.word).toList();
    }

    /** Whether the operator compares with values. */
    boolean hasValues() {
      return this == IN || this == NOT_IN;
    }
  }

  /** What one label must be. */
  public static final class Requirement {
    private static final int LONGEST_PREFIX = 253;
    private static final int LONGEST_NAME = 63;
    private static final String WORD = "[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?";
    private static final Pattern NAME = Pattern.compile(WORD);
    private static final Pattern PREFIX = Pattern.compile("[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?");

    private final String key;
    private final Operator operator;
    private final Set<String> values;

    private Requirement(String key, Operator operator, Set<String> values) {
      this.key = key;
      this.operator = operator;
      this.values = Set.copyOf(values);
    }

    /**
     * A requirement.
     *
     * @throws InvalidPolicyException if no label can have this key or one of these values, which
     *     would make {@code NotIn} and {@code DoesNotExist} match everything; or if there are
     *     values where the operator has none, or none where it needs them
     */
    public static Requirement of(String key, Operator operator, Set<String> values)
        throws InvalidPolicyException {
      if (!isKey(key)) {
        throw new InvalidPolicyException(
            "can be no label's key; write one such as example.com/team");
      }
      if (operator.hasValues() == values.isEmpty()) {
        throw new InvalidPolicyException(
            operator.hasValues()
                ? "has no values to compare with; list them in values"
                : "has values, which are not compared; leave them out, or write In or NotIn");
      }
      for (String value : values) {
        if (value.length() > LONGEST_NAME) {
          throw new InvalidPolicyException(
              "is compared with %d characters, and a label's value has at most %d; correct it"
                  .formatted(value.length(), LONGEST_NAME));
        }
        if (!value.isEmpty() && !isName(value)) {
          throw new InvalidPolicyException(
              "is compared with \"%s\", which can be no label's value; correct it"
                  .formatted(value));
        }
      }
      return new Requirement(key, operator, values);
    }

    private static boolean isKey(String key) {
      int slash = key.indexOf('/');
      return slash < 0
          ? isName(key)
          : slash <= LONGEST_PREFIX
              && PREFIX.matcher(key.substring(0, slash)).matches()
              && isName(key.substring(slash + 1));
    }

    private static boolean isName(String text) {
      return text.length() <= LONGEST_NAME && NAME.matcher(text).matches();
    }

    private boolean met(Map<String, String> labels) {
      String value = labels.get(key);
      return switch (operator) {
        case IN -> value != null && values.contains(value);
        case NOT_IN -> value == null || !values.contains(value);
        case EXISTS -> value != null;
        case DOES_NOT_EXIST -> value == null;
      };
    }
  }
}
