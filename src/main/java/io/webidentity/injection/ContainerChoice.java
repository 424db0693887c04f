package io.webidentity.injection;

import static io.webidentity.injection.Annotation.Holder.POD;

import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Which containers of a pod get credentials.
 *
 * <table>
 * <caption>First match wins</caption>
 * <tr><th>the container</th><th>reason</th></tr>
 * <tr><td>is named by skip-containers</td><td>{@code container_skipped}</td></tr>
 * <tr><td>is not named by include-containers, where that names any</td>
 * <td>{@code container_not_included}</td></tr>
 * <tr><td>anything else</td><td>none: it gets credentials</td></tr>
 * </table>
 *
 * @param skipped names of containers that get none
 * @param included names of the only ones that get some; empty for all
 */
record ContainerChoice(Set<String> skipped, Set<String> included) {
  /** The choice that a pod's annotations make; what is wrong with them is told. */
  static ContainerChoice of(
      Pod.Metadata metadata, AnnotationKeys keys, Consumer<Finding> findings) {
    Set<String> skipped = Set.of();
    if (metadata.skipContainers() != null) {
      skipped =
          names(
              ContainerNames.parse(
                  new Annotation(POD, keys.skipContainers(), metadata.skipContainers()),
                  ContainerNames.Kind.SKIP),
              findings);
    }
    Set<String> included = Set.of();
    if (metadata.includeContainers() != null) {
      included =
          names(
              ContainerNames.parse(
                  new Annotation(POD, keys.includeContainers(), metadata.includeContainers()),
                  ContainerNames.Kind.INCLUDE),
              findings);
    }
    return new ContainerChoice(skipped, included);
  }

  private static Set<String> names(ContainerNames read, Consumer<Finding> findings) {
    read.findings().forEach(findings);
    return read.names();
  }

  /** Whether containers are included by name, and none of these. */
  boolean includesNoneOf(Stream<String> containers) {
    return !included.isEmpty() && containers.noneMatch(included::contains);
  }

  /** Why a container of this name gets none. */
  Optional<Reason> reasonAgainst(String container) {
    if (skipped.contains(container)) {
      return Optional.of(Reason.CONTAINER_SKIPPED);
    }
    return included.isEmpty() || included.contains(container)
        ? Optional.empty()
        : Optional.of(Reason.CONTAINER_NOT_INCLUDED);
  }
}
