package io.webidentity.injection;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Ephemeral containers that an update of {@code pods/ephemeralcontainers} adds to a pod, as {@code
 * kubectl debug} does. The pod is the one that is stored: of the update the API server takes
 * nothing but its ephemeral containers.
 *
 * @param pod what matters of the pod before the update
 * @param values what its containers and init containers have in {@code env}, by their names
 * @param added the containers that the pod did not have before
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/pods/ephemeral-containers/">Ephemeral
 *     containers</a>
 */
public record EphemeralContainers(
    Pod pod, Map<String, Map<SdkVariable, EnvironmentValue>> values, List<Added> added) {
  public EphemeralContainers {
    values = Map.copyOf(values);
    added = List.copyOf(added);
  }

  /**
   * An ephemeral container.
   *
   * @param common what it has in common with others
   * @param target name of the container whose processes it sees; empty for none
   */
  public record Container(Pod.Container common, String target) {}

  /**
   * One that is added.
   *
   * @param index its place in the update's {@code spec.ephemeralContainers}, counted from 0
   * @param container the container
   */
  public record Added(int index, Container container) {}

  /**
   * The update of a pod.
   *
   * @param pod what matters of the pod before
   * @param values what its containers and init containers have in {@code env}, by their names
   * @param before its ephemeral containers
   * @param after those that it is to have
   */
  public static EphemeralContainers of(
      Pod pod,
      Map<String, Map<SdkVariable, EnvironmentValue>> values,
      List<Container> before,
      List<Container> after) {
    Set<String> known =
        before.stream().map(container -> container.common().name()).collect(Collectors.toSet());
    List<Added> added = new ArrayList<>();
    for (int i = 0; i < after.size(); i++) {
      if (!known.contains(after.get(i).common().name())) {
        added.add(new Added(i, after.get(i)));
      }
    }
    return new EphemeralContainers(pod, values, added);
  }
}
