package io.webidentity.injection;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a pod says about the operating system of the nodes it may run on.
 *
 * <table>
 * <caption>A pod is for Windows if any of these is true</caption>
 * <tr><td>{@code spec.os.name} is {@code windows}</td></tr>
 * <tr><td>the node selector has {@code kubernetes.io/os} or {@code beta.kubernetes.io/os} with the
 * value {@code windows}</td></tr>
 * <tr><td>the node selector has {@code node.kubernetes.io/windows-build}, which nodes with other
 * systems do not have</td></tr>
 * <tr><td>the required node affinity has a term that can match a node, and every such term matches
 * only nodes whose {@code kubernetes.io/os} is {@code windows}, or which have a {@code
 * node.kubernetes.io/windows-build}</td></tr>
 * <tr><td>{@code spec.os.name}, node selector and affinity name no system, and the security
 * context of the pod or of a container has {@code windowsOptions} that ask for something</td></tr>
 * </table>
 *
 * @param operatingSystem {@code spec.os.name}
 * @param selected the system that the node selector asks for; empty for none
 * @param windowsOptions whether a security context has options that only Windows has
 * @param affinityTerms the terms of the required node affinity, of which one has to match
 */
public record Placement(
    String operatingSystem,
    String selected,
    boolean windowsOptions,
    List<AffinityTerm> affinityTerms) {
  static final String WINDOWS = "windows";
  static final String OS_LABEL = "kubernetes.io/os";

  /** The label's name before Kubernetes 1.14. */
  static final String OLD_OS_LABEL = "beta.kubernetes.io/os";

  /** Nodes with Windows have it, and no others. */
  static final String WINDOWS_BUILD_LABEL = "node.kubernetes.io/windows-build";

  static final Placement ANYWHERE = new Placement("", "", false, List.of());

  public Placement {
    affinityTerms = List.copyOf(affinityTerms);
  }

  /** Whether the pod can only run on Windows. */
  public boolean windows() {
    return operatingSystem.equals(WINDOWS)
        || selected.equals(WINDOWS)
        || affinityAllowsOnlyWindows()
        || (windowsOptions && namesNoSystem());
  }

  private boolean namesNoSystem() {
    return operatingSystem.isEmpty()
        && selected.isEmpty()
        && affinityTerms.stream().allMatch(term -> term.requirements().isEmpty());
  }

  /** The same, with options in the security context of a container. */
  Placement withWindowsOptions() {
    return new Placement(operatingSystem, selected, true, affinityTerms);
  }

  private boolean affinityAllowsOnlyWindows() {
    boolean windows = false;
    for (AffinityTerm term : affinityTerms) {
      switch (term.nodes()) {
        case NONE -> {}
        case WINDOWS -> windows = true;
        case OTHERS -> {
          return false;
        }
      }
    }
    return windows;
  }

  /**
   * A node selector term: all its requirements have to be met.
   *
   * @param empty whether it has no requirement of any kind; such a term matches no node
   * @param requirements its requirements on the label {@code kubernetes.io/os}
   */
  public record AffinityTerm(boolean empty, List<OsRequirement> requirements) {
    public AffinityTerm {
      requirements = List.copyOf(requirements);
    }

    /** Nodes that a term can match. */
    enum Nodes {
      NONE,
      WINDOWS,
      OTHERS
    }

    Nodes nodes() {
      if (empty) {
        return Nodes.NONE;
      }
      @Nullable Set<String> allowed = null;
      Set<String> excluded = new HashSet<>();
      boolean labelForbidden = false;
      for (OsRequirement requirement : requirements) {
        switch (requirement.operator()) {
          case "In" -> {
            if (allowed == null) {
              allowed = new HashSet<>(requirement.values());
            } else {
              allowed.retainAll(requirement.values());
            }
          }
          case "NotIn" -> excluded.addAll(requirement.values());
          case "DoesNotExist" -> labelForbidden = true;
          // Exists, Gt and Lt do not narrow down which systems a term allows.
          default -> {}
        }
      }
      if (allowed == null) {
        return Nodes.OTHERS;
      }
      allowed.removeAll(excluded);
      if (labelForbidden || allowed.isEmpty()) {
        return Nodes.NONE;
      }
      return allowed.equals(Set.of(WINDOWS)) ? Nodes.WINDOWS : Nodes.OTHERS;
    }
  }

  /**
   * A requirement on the label {@code kubernetes.io/os}.
   *
   * @param operator In, NotIn, Exists, DoesNotExist, Gt or Lt
   * @param values what the operator compares with
   */
  public record OsRequirement(String operator, List<String> values) {
    /** What comes to the same as a label that only nodes with Windows have. */
    static final OsRequirement WINDOWS = new OsRequirement("In", List.of(Placement.WINDOWS));

    public OsRequirement {
      values = List.copyOf(values);
    }
  }
}
