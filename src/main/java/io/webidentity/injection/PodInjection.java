package io.webidentity.injection;

import io.webidentity.jsonpatch.JsonPatchBuilder;
import io.webidentity.jsonpatch.JsonPointer;
import io.webidentity.jsonpatch.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One decision in the making: the patch, the containers' outcomes and the findings of one pod.
 *
 * <table>
 * <caption>What becomes of a container; first match wins</caption>
 * <tr><th>the container</th><th>outcome</th><th>env</th><th>volumeMounts</th></tr>
 * <tr><td>is left out by {@link ContainerChoice}</td><td>its reason</td><td>–</td><td>–</td></tr>
 * <tr><td>has in env a name of each group of variables, whether or not the group gives anything</td>
 * <td>{@code container_already_configured}</td><td>–</td><td>–</td></tr>
 * <tr><td>has at our path what is not our volume</td><td>{@code mount_path_taken}, with a
 * finding</td><td>–</td><td>–</td></tr>
 * <tr><td>mounts our volume at our path, and no group is left to give</td><td>{@code
 * container_already_configured}</td><td>–</td><td>–</td></tr>
 * <tr><td>mounts our volume at our path</td><td>{@code container_injected}</td><td>groups of which
 * it has no name</td><td>–</td></tr>
 * <tr><td>mounts our volume elsewhere</td><td>{@code container_injected}, with the finding {@code
 * volume_mounted_elsewhere}</td><td>the same</td><td>our mount</td></tr>
 * <tr><td>anything else</td><td>{@code container_injected}</td><td>the same</td><td>our
 * mount</td></tr>
 * </table>
 */
final class PodInjection {
  private static final JsonPointer SPEC = JsonPointer.ROOT.member("spec");
  private static final JsonPointer METADATA = JsonPointer.ROOT.member("metadata");
  private static final JsonPointer LABELS = METADATA.member("labels");
  private static final JsonPointer VOLUMES = SPEC.member("volumes");
  private static final JsonPointer INIT_CONTAINERS = SPEC.member("initContainers");
  private static final JsonPointer CONTAINERS = SPEC.member("containers");

  private final CredentialMethod method;
  private final String cleanMountPath;
  private final Pod.Metadata metadata;
  private final Pod.Spec spec;
  private final TokenVolume volume;
  private final JsonPatchBuilder patch = new JsonPatchBuilder();
  private final List<Decision.ContainerDecision> decisions = new ArrayList<>();
  private final List<Finding> findings;

  /** A decision about this pod, whose identity was found with these findings. */
  PodInjection(CredentialMethod method, Pod pod, List<Finding> findings) {
    this.method = method;
    this.cleanMountPath = CleanPath.of(method.mountPath());
    this.metadata = pod.metadata();
    this.spec = pod.spec();
    this.volume = TokenVolume.of(method, spec.volumes());
    this.findings = new ArrayList<>(findings);
  }

  /** Adds a finding. */
  void report(Finding finding) {
    findings.add(finding);
  }

  /** Adds the token's volume before all others, unless the pod has it. */
  void addVolume(TokenRequest token) {
    if (!volume.isNew()) {
      return;
    }
    if (!volume.name().equals(method.volumeName())) {
      report(Finding.volumeNameTaken(method.volumeName(), volume.name()));
    }
    patch
        .ensureObject(SPEC, spec.presence())
        .insertFirst(
            VOLUMES, spec.volumesPresence(), TokenVolume.json(volume.name(), method, token));
  }

  /** Sets the label that goes with the method, unless the pod has it with that value. */
  void addLabel() {
    method
        .podIdentity()
        .filter(value -> !value.equals(metadata.labels().podIdentity()))
        .ifPresent(value ->
            patch
                .ensureObject(METADATA, metadata.presence())
                .put(
                    LABELS,
                    metadata.labels().presence(),
                    AnnotationKeys.POD_IDENTITY_LABEL,
                    JsonValue.of(value)));
  }

  /** Adds these variables and the mount to all containers of the choice. */
  void addToContainers(List<VariableGroup> groups, ContainerChoice choice) {
    addToContainers(INIT_CONTAINERS, spec.initContainers(), groups, choice);
    addToContainers(CONTAINERS, spec.containers(), groups, choice);
  }

  /** The decision. */
  Decision decision() {
    return patch.isEmpty()
        ? new Decision.Skip(Reason.ALREADY_INJECTED, findings)
        : new Decision.Inject(patch.build(), decisions, findings);
  }

  private void addToContainers(
      JsonPointer array,
      List<Pod.Container> containers,
      List<VariableGroup> groups,
      ContainerChoice choice) {
    for (int i = 0; i < containers.size(); i++) {
      Pod.Container container = containers.get(i);
      Optional<Reason> against = choice.reasonAgainst(container.name());
      Reason reason =
          against.isPresent() ? against.get() : addToContainer(array.element(i), container, groups);
      decisions.add(new Decision.ContainerDecision(container.name(), reason));
    }
  }

  private Reason addToContainer(
      JsonPointer place, Pod.Container container, List<VariableGroup> groups) {
    if (groups.stream().allMatch(group -> group.chosenBy(container))) {
      return Reason.CONTAINER_ALREADY_CONFIGURED;
    }
    Optional<Pod.Mount> taker = takerOfMountPath(container);
    if (taker.isPresent()) {
      report(Finding.mountPathTaken(container.name(), taker.get()));
      return Reason.MOUNT_PATH_TAKEN;
    }
    List<JsonValue> variables =
        groups.stream()
            .filter(group -> !group.chosenBy(container))
            .flatMap(group -> group.entries().stream())
            .toList();
    List<JsonValue> mounts = missingMount(container);
    patch
        .append(place.member("env"), container.envPresence(), variables)
        .append(place.member("volumeMounts"), container.mountsPresence(), mounts);
    return variables.isEmpty() && mounts.isEmpty()
        ? Reason.CONTAINER_ALREADY_CONFIGURED
        : Reason.CONTAINER_INJECTED;
  }

  /** What a container has at our path that is not our volume. */
  private Optional<Pod.Mount> takerOfMountPath(Pod.Container container) {
    for (Pod.Mount mount : container.mounts()) {
      if (isOurPath(mount.path()) && !volume.ours().contains(mount.volume())) {
        return Optional.of(mount);
      }
    }
    return container.devices().stream().filter(device -> isOurPath(device.path())).findFirst();
  }

  /** The mount that a container still needs, if any. */
  private List<JsonValue> missingMount(Pod.Container container) {
    String elsewhere = null;
    for (Pod.Mount mount : container.mounts()) {
      if (volume.ours().contains(mount.volume())) {
        if (isOurPath(mount.path())) {
          return List.of();
        }
        elsewhere = mount.path();
      }
    }
    if (elsewhere != null) {
      report(Finding.volumeMountedElsewhere(container.name(), elsewhere, method.mountPath()));
    }
    return List.of(
        JsonValue.object(
            JsonValue.member("name", JsonValue.of(volume.name())),
            JsonValue.member("readOnly", JsonValue.of(true)),
            JsonValue.member("mountPath", JsonValue.of(method.mountPath()))));
  }

  private boolean isOurPath(String path) {
    return CleanPath.of(path).equals(cleanMountPath);
  }
}
