package io.webidentity.policy;

import java.util.List;
import java.util.OptionalInt;

/**
 * The Namespaces that a rule is for. How closely they are described decides between rules:
 *
 * <table>
 * <caption>Closest first</caption>
 * <tr><td>the Namespace's name</td></tr>
 * <tr><td>a pattern of names; of two, the one with more characters that are not {@code *}</td></tr>
 * <tr><td>labels</td></tr>
 * <tr><td>{@code *} alone</td></tr>
 * </table>
 */
public sealed interface NamespaceScope {
  /** How closely this describes the Namespace: the higher the closer; empty if it does not. */
  OptionalInt closeness(NamespaceMetadata namespace);

  /**
   * Namespaces by their names.
   *
   * @param patterns one or more; the closest one counts
   */
  record Names(List<NamespacePattern> patterns) implements NamespaceScope {
    private static final int EXACT = Labels.CLOSENESS + NamespacePattern.LONGEST_NAME + 1;

    public Names {
      patterns = List.copyOf(patterns);
    }

    @Override
    public OptionalInt closeness(NamespaceMetadata namespace) {
      return patterns.stream()
          .filter(pattern -> pattern.matches(namespace.name()))
          .mapToInt(Names::closeness)
          .max();
    }

    private static int closeness(NamespacePattern pattern) {
      if (pattern.exact()) {
        return EXACT;
      }
      return pattern.literals() == 0 ? 0 : Labels.CLOSENESS + pattern.literals();
    }
  }

  /** Namespaces by their labels. */
  record Labels(LabelSelector selector) implements NamespaceScope {
    private static final int CLOSENESS = 1;

    @Override
    public OptionalInt closeness(NamespaceMetadata namespace) {
      return selector.matches(namespace.labels()) ? OptionalInt.of(CLOSENESS) : OptionalInt.empty();
    }
  }
}
