package io.webidentity.injection;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Reads the fields of a spec that tell the operating system of a pod's nodes. */
final class PlacementReader {
  private static final int TERM_BYTES = 128;

  private String operatingSystem = "";
  private String selected = "";
  private boolean windowsOptions;
  private List<Placement.AffinityTerm> affinityTerms = List.of();

  /** What has been read. */
  Placement placement() {
    return operatingSystem.isEmpty()
            && selected.isEmpty()
            && !windowsOptions
            && affinityTerms.isEmpty()
        ? Placement.ANYWHERE
        : new Placement(operatingSystem, selected, windowsOptions, affinityTerms);
  }

  /** Reads {@code spec.os}. */
  void readOperatingSystem(PodJson json) throws IOException, MalformedPodException {
    operatingSystem = "";
    if (json.object()) {
      for (String name = json.nextMember(); name != null; name = json.nextMember()) {
        if (name.equals("name")) {
          operatingSystem = json.text();
        } else {
          json.skip();
        }
      }
    }
  }

  /** Reads {@code spec.nodeSelector}. */
  void readNodeSelector(PodJson json) throws IOException, MalformedPodException {
    String os = "";
    String oldOs = "";
    boolean windowsBuild = false;
    if (json.object()) {
      for (String name = json.nextMember(); name != null; name = json.nextMember()) {
        switch (name) {
          case Placement.OS_LABEL -> os = json.text();
          case Placement.OLD_OS_LABEL -> oldOs = json.text();
          case Placement.WINDOWS_BUILD_LABEL -> {
            windowsBuild = true;
            json.skip();
          }
          default -> json.skip();
        }
      }
    }
    boolean windows =
        os.equals(Placement.WINDOWS) || oldOs.equals(Placement.WINDOWS) || windowsBuild;
    selected = windows ? Placement.WINDOWS : os.isEmpty() ? oldOs : os;
  }

  /** Reads {@code spec.securityContext}. */
  void readSecurityContext(PodJson json) throws IOException, MalformedPodException {
    windowsOptions = windowsOptions(json);
  }

  /**
   * Reads the security context of a pod or container: whether it has {@code windowsOptions} that
   * ask for something. {@code hostProcess: false} asks for nothing, and is written for any system.
   */
  static boolean windowsOptions(PodJson json) throws IOException, MalformedPodException {
    boolean windows = false;
    if (json.object()) {
      for (String name = json.nextMember(); name != null; name = json.nextMember()) {
        if (name.equals("windowsOptions")) {
          windows = asksForWindows(json);
        } else {
          json.skip();
        }
      }
    }
    return windows;
  }

  private static boolean asksForWindows(PodJson json) throws IOException, MalformedPodException {
    boolean asks = false;
    if (json.object()) {
      for (String name = json.nextMember(); name != null; name = json.nextMember()) {
        switch (name) {
          case "gmsaCredentialSpecName", "gmsaCredentialSpec", "runAsUserName" -> {
            asks |= json.hasText();
            json.skip();
          }
          case "hostProcess" -> asks |= json.bool();
          default -> json.skip();
        }
      }
    }
    return asks;
  }

  /** Reads {@code spec.affinity}. */
  void readAffinity(PodJson json) throws IOException, MalformedPodException {
    affinityTerms = List.of();
    if (json.object()) {
      for (String name = json.nextMember(); name != null; name = json.nextMember()) {
        if (name.equals("nodeAffinity")) {
          affinityTerms = nodeAffinity(json);
        } else {
          json.skip();
        }
      }
    }
  }

  private static List<Placement.AffinityTerm> nodeAffinity(PodJson json)
      throws IOException, MalformedPodException {
    List<Placement.AffinityTerm> terms = List.of();
    if (json.object()) {
      for (String name = json.nextMember(); name != null; name = json.nextMember()) {
        if (name.equals("requiredDuringSchedulingIgnoredDuringExecution")) {
          terms = nodeSelector(json);
        } else {
          json.skip();
        }
      }
    }
    return terms;
  }

  private static List<Placement.AffinityTerm> nodeSelector(PodJson json)
      throws IOException, MalformedPodException {
    List<Placement.AffinityTerm> terms = List.of();
    if (json.object()) {
      for (String name = json.nextMember(); name != null; name = json.nextMember()) {
        if (name.equals("nodeSelectorTerms")) {
          terms = terms(json);
        } else {
          json.skip();
        }
      }
    }
    return terms;
  }

  private static List<Placement.AffinityTerm> terms(PodJson json)
      throws IOException, MalformedPodException {
    List<Placement.AffinityTerm> terms = new ArrayList<>();
    if (json.array()) {
      while (json.nextElement()) {
        json.take(TERM_BYTES);
        terms.add(term(json));
      }
    }
    return terms;
  }

  private static Placement.AffinityTerm term(PodJson json)
      throws IOException, MalformedPodException {
    Expressions expressions = Expressions.NONE;
    Expressions fields = Expressions.NONE;
    if (json.object()) {
      for (String name = json.nextMember(); name != null; name = json.nextMember()) {
        switch (name) {
          case "matchExpressions" -> expressions = expressions(json);
          case "matchFields" -> fields = expressions(json);
          default -> json.skip();
        }
      }
    }
    return new Placement.AffinityTerm(!expressions.any() && !fields.any(), expressions.onOs());
  }

  /**
   * Requirements of a term.
   *
   * @param any whether there are any
   * @param onOs those on the label of the operating system
   */
  private record Expressions(boolean any, List<Placement.OsRequirement> onOs) {
    static final Expressions NONE = new Expressions(false, List.of());
  }

  private static Expressions expressions(PodJson json) throws IOException, MalformedPodException {
    boolean any = false;
    List<Placement.OsRequirement> onOs = new ArrayList<>();
    if (json.array()) {
      while (json.nextElement()) {
        json.take(TERM_BYTES);
        addExpression(json, onOs);
        any = true;
      }
    }
    return new Expressions(any, onOs);
  }

  private static void addExpression(PodJson json, List<Placement.OsRequirement> onOs)
      throws IOException, MalformedPodException {
    String key = "";
    String operator = "";
    List<String> values = List.of();
    if (json.object()) {
      for (String name = json.nextMember(); name != null; name = json.nextMember()) {
        switch (name) {
          case "key" -> key = json.text();
          case "operator" -> operator = json.text();
          case "values" -> values = texts(json);
          default -> json.skip();
        }
      }
    }
    if (key.equals(Placement.OS_LABEL)) {
      onOs.add(new Placement.OsRequirement(operator, values));
    } else if (key.equals(Placement.WINDOWS_BUILD_LABEL) && requiresLabel(operator)) {
      onOs.add(Placement.OsRequirement.WINDOWS);
    }
  }

  /** Whether nodes without the label do not match. */
  private static boolean requiresLabel(String operator) {
    return !operator.equals("NotIn") && !operator.equals("DoesNotExist");
  }

  private static List<String> texts(PodJson json) throws IOException, MalformedPodException {
    List<String> texts = new ArrayList<>();
    if (json.array()) {
      while (json.nextElement()) {
        texts.add(json.text());
      }
    }
    return texts;
  }
}
