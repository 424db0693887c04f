package io.webidentity.injection;

import io.webidentity.jsonpatch.JsonPatchBuilder;
import io.webidentity.jsonpatch.JsonPointer;
import io.webidentity.jsonpatch.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Gives containers variables and the mount of one token volume.
 *
 * <table>
 * <caption>What becomes of a container; first match wins</caption>
 * <tr><th>the container</th><th>outcome</th><th>env</th><th>volumeMounts</th></tr>
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
final class ContainerInjection {
  private final String mountPath;
  private final String cleanMountPath;
  private final TokenVolume volume;
  private final JsonPatchBuilder patch;
  private final Consumer<Finding> findings;

  /** The mount of the volume at the path, alone. */
  private final List<JsonValue> mount;

  /** Adds to this patch what mounts this volume at this path, and tells what is surprising. */
  ContainerInjection(
      String mountPath, TokenVolume volume, JsonPatchBuilder patch, Consumer<Finding> findings) {
    this.mountPath = mountPath;
    this.cleanMountPath = CleanPath.of(mountPath);
    this.volume = volume;
    this.patch = patch;
    this.findings = findings;
    this.mount =
        List.of(
            JsonValue.object(
                JsonValue.member("name", JsonValue.of(volume.name())),
                JsonValue.member("readOnly", JsonValue.of(true)),
                JsonValue.member("mountPath", JsonValue.of(mountPath))));
  }

  /** Adds these variables and the mount to the container at this place; the outcome. */
  Reason addTo(JsonPointer place, Pod.Container container, List<VariableGroup> groups) {
    boolean allChosen = true;
    List<JsonValue> variables = new ArrayList<>();
    for (VariableGroup group : groups) {
      if (!group.chosenBy(container)) {
        allChosen = false;
        variables.addAll(group.entries());
      }
    }
    if (allChosen) {
      return Reason.CONTAINER_ALREADY_CONFIGURED;
    }
    Optional<Pod.Mount> taker = takerOfMountPath(container);
    if (taker.isPresent()) {
      findings.accept(Finding.mountPathTaken(container.name(), taker.get()));
      return Reason.MOUNT_PATH_TAKEN;
    }
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
    for (Pod.Mount device : container.devices()) {
      if (isOurPath(device.path())) {
        return Optional.of(device);
      }
    }
    return Optional.empty();
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
      findings.accept(Finding.volumeMountedElsewhere(container.name(), elsewhere, mountPath));
    }
    return mount;
  }

  private boolean isOurPath(String path) {
    return CleanPath.of(path).equals(cleanMountPath);
  }
}
