package io.webidentity.injection;

import io.webidentity.jsonpatch.JsonPatchBuilder;
import io.webidentity.jsonpatch.JsonPointer;
import io.webidentity.jsonpatch.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One decision in the making: the patch, the containers' outcomes and the findings of one pod. What
 * becomes of a container is decided by {@link ContainerChoice}, then by {@link ContainerInjection}.
 */
final class PodInjection {
  private static final JsonPointer SPEC = JsonPointer.ROOT.member("spec");
  private static final JsonPointer METADATA = JsonPointer.ROOT.member("metadata");
  private static final JsonPointer LABELS = METADATA.member("labels");
  private static final JsonPointer VOLUMES = SPEC.member("volumes");
  private static final JsonPointer INIT_CONTAINERS = SPEC.member("initContainers");
  private static final JsonPointer CONTAINERS = SPEC.member("containers");

  private final CredentialMethod method;
  private final Pod.Metadata metadata;
  private final Pod.Spec spec;
  private final TokenVolume volume;
  private final JsonPatchBuilder patch = new JsonPatchBuilder();
  private final List<Decision.ContainerDecision> decisions = new ArrayList<>();
  private final List<Finding> findings;
  private final ContainerInjection containerInjection;

  /** A decision about this pod, whose identity was found with these findings. */
  PodInjection(CredentialMethod method, Pod pod, List<Finding> findings) {
    this.method = method;
    this.metadata = pod.metadata();
    this.spec = pod.spec();
    this.volume = TokenVolume.of(method, spec.volumes());
    this.findings = new ArrayList<>(findings);
    this.containerInjection = new ContainerInjection(method, volume, patch, this.findings::add);
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
          against.isPresent()
              ? against.get()
              : containerInjection.addTo(array.element(i), container, groups);
      decisions.add(new Decision.ContainerDecision(container.name(), reason));
    }
  }
}
