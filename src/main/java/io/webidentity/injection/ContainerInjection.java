package io.webidentity.injection;

import io.webidentity.jsonpatch.JsonPatchBuilder;
import io.webidentity.jsonpatch.JsonPointer;
import io.webidentity.jsonpatch.JsonValue;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Gives containers variables and the mount of one token volume.
 *
 * <table>
 * <caption>What becomes of a container; first match wins</caption>
 * <tr><th>the container</th><th>outcome</th><th>env</th><th>volumeMounts</th></tr>
 * <tr><td>has in env one of the two names of web identity, and nothing else that may give it the
 * other</td><td>{@code container_partly_configured}, with a finding</td><td colspan="2">as
 * below</td></tr>
 * <tr><td>has in env a name of each group of variables, whether or not the group gives anything</td>
 * <td>{@code container_already_configured}</td><td>–</td><td>–</td></tr>
 * <tr><td>has at our path what is not our volume, and both names of the credentials</td><td>{@code
 * container_already_configured}</td><td>–</td><td>–</td></tr>
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
  private final CredentialMethod method;
  private final String cleanMountPath;
  private final TokenVolume volume;
  private final JsonPatchBuilder patch;
  private final Consumer<Finding> findings;

  /** The mount of the volume at the path, alone. */
  private final List<JsonValue> mount;

  /**
   * Adds to this patch what mounts this volume at this method's path, and tells what is surprising.
   */
  ContainerInjection(
      CredentialMethod method,
      TokenVolume volume,
      JsonPatchBuilder patch,
      Consumer<Finding> findings) {
    this.method = method;
    this.cleanMountPath = CleanPath.of(method.mountPath());
    this.volume = volume;
    this.patch = patch;
    this.findings = findings;
    this.mount =
        List.of(
            JsonValue.object(
                JsonValue.member("name", JsonValue.of(volume.name())),
                JsonValue.member("readOnly", JsonValue.of(true)),
                JsonValue.member("mountPath", JsonValue.of(method.mountPath()))));
  }

  /** Adds these variables and the mount to the container at this place; the outcome. */
  Reason addTo(JsonPointer place, Pod.Container container, List<VariableGroup> groups) {
    Optional<Finding> partly = partlyConfigured(container);
    partly.ifPresent(findings);
    Reason outcome = add(place, container, groups);
    return partly.isPresent() ? Reason.CONTAINER_PARTLY_CONFIGURED : outcome;
  }

  private Reason add(JsonPointer place, Pod.Container container, List<VariableGroup> groups) {
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
    Set<SdkVariable> own = container.env().variables();
    boolean ownSource = own.contains(method.source());
    boolean ownToken = own.contains(method.tokenFile());
    Optional<Pod.Mount> taker = takerOfMountPath(container);
    if (taker.isPresent()) {
      if (ownSource && ownToken) {
        return Reason.CONTAINER_ALREADY_CONFIGURED;
      }
      findings.accept(Finding.mountPathTaken(container.name(), taker.get()));
      return Reason.MOUNT_PATH_TAKEN;
    }
    List<JsonValue> mounts = missingMount(container);
    addVariables(place.member("env"), container, groups, variables);
    patch.append(place.member("volumeMounts"), container.mountsPresence(), mounts);
    if (variables.isEmpty() && mounts.isEmpty()) {
      return Reason.CONTAINER_ALREADY_CONFIGURED;
    }
    if (container.env().accessKey() && !ownSource && !ownToken) {
      findings.accept(Finding.accessKeyFirst(container.name()));
    }
    return Reason.CONTAINER_INJECTED;
  }

  /**
   * Adds variables at the end, or before the first one that refers to any of them: kubelet replaces
   * references to what stands before, and leaves others as they are. A reference may be to a
   * variable of {@code envFrom}, which kubelet reads first: then its value must stay.
   */
  private void addVariables(
      JsonPointer array,
      Pod.Container container,
      List<VariableGroup> groups,
      List<JsonValue> variables) {
    Pod.Environment env = container.env();
    OptionalInt reference =
        env.references().isEmpty() || env.from()
            ? OptionalInt.empty()
            : env.firstReference(given(container, groups));
    if (reference.isPresent()) {
      patch.insert(array, reference.getAsInt(), variables);
    } else {
      patch.append(array, env.presence(), variables);
    }
  }

  private static Set<SdkVariable> given(Pod.Container container, List<VariableGroup> groups) {
    Set<SdkVariable> names = EnumSet.noneOf(SdkVariable.class);
    for (VariableGroup group : groups) {
      if (!group.entries().isEmpty() && !group.chosenBy(container)) {
        names.addAll(group.names());
      }
    }
    return names;
  }

  /** One variable of web identity without the other, which nothing else may give. */
  private Optional<Finding> partlyConfigured(Pod.Container container) {
    boolean source = container.env().variables().contains(SdkVariable.ROLE_ARN);
    boolean token = container.env().variables().contains(SdkVariable.WEB_IDENTITY_TOKEN_FILE);
    if (method.source() != SdkVariable.ROLE_ARN
        || container.env().configured()
        || container.env().from()
        || source == token) {
      return Optional.empty();
    }
    return Optional.of(
        source
            ? Finding.partlyConfigured(container.name(), method.source(), method.tokenFile())
            : Finding.partlyConfigured(container.name(), method.tokenFile(), method.source()));
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
      findings.accept(
          Finding.volumeMountedElsewhere(container.name(), elsewhere, method.mountPath()));
    }
    return mount;
  }

  private boolean isOurPath(String path) {
    return CleanPath.of(path).equals(cleanMountPath);
  }
}
