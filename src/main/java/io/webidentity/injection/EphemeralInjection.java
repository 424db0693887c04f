package io.webidentity.injection;

import io.webidentity.jsonpatch.JsonPatchBuilder;
import io.webidentity.jsonpatch.JsonPointer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Decides what ephemeral containers get: the variables and the mount of a container of their pod.
 * No volume and no label, as a running pod cannot have new ones.
 *
 * <table>
 * <caption>Whose; first match wins</caption>
 * <tr><th>the pod</th><th>copied from</th></tr>
 * <tr><td>the ephemeral container's target has credentials</td><td>the target</td></tr>
 * <tr><td>a container has credentials</td><td>the first such one</td></tr>
 * <tr><td>an init container has credentials</td><td>the first such one</td></tr>
 * <tr><td>none has</td><td>none: {@code pod_not_injected}</td></tr>
 * </table>
 *
 * <table>
 * <caption>What becomes of an ephemeral container; first match wins</caption>
 * <tr><th>the container</th><th>outcome</th></tr>
 * <tr><td>is left out by {@link ContainerChoice}</td><td>its reason</td></tr>
 * <tr><td>has none of the credentials' variables, and one of those has its value from elsewhere
 * </td><td>{@code variable_not_copied}, with a finding</td></tr>
 * <tr><td>anything else</td><td>that of {@link ContainerInjection}; with the finding {@code
 * variable_not_copied} for each other variable that has its value from elsewhere</td></tr>
 * </table>
 */
final class EphemeralInjection {
  private static final JsonPointer EPHEMERAL_CONTAINERS =
      JsonPointer.ROOT.member("spec").member("ephemeralContainers");

  private final EphemeralContainers update;
  private final List<InjectedContainer> sources;
  private final AnnotationKeys keys;
  private final JsonPatchBuilder patch = new JsonPatchBuilder();
  private final List<Finding> findings = new ArrayList<>();

  /**
   * A decision about this update.
   *
   * @param methods in which a container may have credentials; the first one counts
   */
  EphemeralInjection(
      List<CredentialMethod> methods, AnnotationKeys keys, EphemeralContainers update) {
    this.update = update;
    this.keys = keys;
    Pod.Spec spec = update.pod().spec();
    this.sources =
        Stream.concat(spec.containers().stream(), spec.initContainers().stream())
            .flatMap(container -> source(methods, container).stream())
            .toList();
  }

  private Optional<InjectedContainer> source(
      List<CredentialMethod> methods, Pod.Container container) {
    Map<SdkVariable, EnvironmentValue> values =
        update.values().getOrDefault(container.name(), Map.of());
    return methods.stream()
        .flatMap(method ->
            InjectedContainer.of(
                method, TokenVolume.of(method, update.pod().spec().volumes()), container, values)
                .stream())
        .findFirst();
  }

  /** The decision. */
  Decision decision() {
    if (sources.isEmpty()) {
      return new Decision.Skip(Reason.POD_NOT_INJECTED, List.of());
    }
    ContainerChoice choice = ContainerChoice.of(update.pod().metadata(), keys, findings::add);
    List<Decision.ContainerDecision> decisions = new ArrayList<>();
    for (EphemeralContainers.Added added : update.added()) {
      String name = added.container().common().name();
      Reason reason =
          choice
              .reasonAgainst(name)
              .orElseGet(() -> addTo(added, source(added.container().target())));
      decisions.add(new Decision.ContainerDecision(name, reason));
    }
    return patch.isEmpty()
        ? new Decision.Skip(Reason.ALREADY_INJECTED, findings)
        : new Decision.Inject(patch.build(), decisions, findings);
  }

  private InjectedContainer source(String target) {
    Predicate<InjectedContainer> isTarget = source -> source.name().equals(target);
    return sources.stream().filter(isTarget).findFirst().orElseGet(sources::getFirst);
  }

  private Reason addTo(EphemeralContainers.Added added, InjectedContainer source) {
    Pod.Container container = added.container().common();
    CredentialMethod method = source.method();
    if (source.withholdsCredentialsFrom(container)) {
      findings.add(Finding.credentialsNotCopied(container.name(), method.source(), source.name()));
      return Reason.VARIABLE_NOT_COPIED;
    }
    Reason reason =
        new ContainerInjection(method, source.volume(), patch, findings::add)
            .addTo(EPHEMERAL_CONTAINERS.element(added.index()), container, source.groups());
    if (reason == Reason.CONTAINER_INJECTED) {
      source.missingFor(container).stream()
          .map(name -> Finding.variableNotCopied(container.name(), name, source.name()))
          .forEach(findings::add);
    }
    return reason;
  }
}
