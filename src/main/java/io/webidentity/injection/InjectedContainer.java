package io.webidentity.injection;

import io.webidentity.jsonpatch.JsonValue;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A container of a running pod that has credentials: it mounts a token volume where its variables
 * say that the token is, whoever gave it both.
 *
 * @param name its name
 * @param method how its SDKs find credentials, with the mount path that it has
 * @param volume the volume that it mounts there
 * @param values values of its variables
 */
record InjectedContainer(
    String name,
    CredentialMethod method,
    TokenVolume volume,
    Map<SdkVariable, EnvironmentValue> values) {
  private static final Set<SdkVariable> ENDPOINTS = EnumSet.of(SdkVariable.STS_REGIONAL_ENDPOINTS);
  private static final Set<SdkVariable> REGIONS =
      EnumSet.of(SdkVariable.DEFAULT_REGION, SdkVariable.REGION);
  private static final Set<SdkVariable> SESSION =
      EnumSet.of(
          SdkVariable.ROLE_SESSION_NAME, SdkVariable.ENDPOINT_URL_STS, SdkVariable.ENDPOINT_URL);

  /** The container, if it has credentials by this method. */
  static Optional<InjectedContainer> of(
      CredentialMethod method,
      TokenVolume volume,
      Pod.Container container,
      Map<SdkVariable, EnvironmentValue> values) {
    if (volume.isNew()
        || !values.containsKey(method.source())
        || !(values.get(method.tokenFile()) instanceof EnvironmentValue.Text(String tokenFile))) {
      return Optional.empty();
    }
    for (Pod.Mount mount : container.mounts()) {
      CredentialMethod mounted = method.mountedAt(mount.path());
      if (volume.ours().contains(mount.volume())
          && (tokenFile.equals(EnvironmentValue.literally(mounted.tokenFilePath(false)))
              || tokenFile.equals(EnvironmentValue.literally(mounted.tokenFilePath(true))))) {
        return Optional.of(
            new InjectedContainer(container.name(), mounted, volume.named(mount.volume()), values));
      }
    }
    return Optional.empty();
  }

  /** Its variables in the order and groups in which a pod's creation gives them. */
  List<VariableGroup> groups() {
    VariableGroup credentials = copied(credentialVariables());
    List<VariableGroup> groups = new ArrayList<>();
    groups.add(copied(ENDPOINTS));
    groups.add(copied(REGIONS));
    groups.add(credentials);
    for (SdkVariable variable : SESSION) {
      member(variable)
          .ifPresent(value -> groups.add(VariableGroup.with(credentials, variable, value)));
    }
    return groups;
  }

  /** Whether the credentials are of no use to a container that has none of their variables. */
  boolean withholdsCredentialsFrom(Pod.Container container) {
    return fromElsewhere(method.source()) && !copied(credentialVariables()).chosenBy(container);
  }

  /** Variables beside the credentials' that this container cannot have, if it has no such name. */
  List<SdkVariable> missingFor(Pod.Container container) {
    List<SdkVariable> missing = new ArrayList<>();
    for (Set<SdkVariable> names : List.of(ENDPOINTS, REGIONS)) {
      if (!copied(names).chosenBy(container)) {
        names.stream().filter(this::fromElsewhere).forEach(missing::add);
      }
    }
    if (!copied(credentialVariables()).chosenBy(container)) {
      SESSION.stream()
          .filter(this::fromElsewhere)
          .filter(variable -> !container.env().variables().contains(variable))
          .forEach(missing::add);
    }
    return missing;
  }

  private Set<SdkVariable> credentialVariables() {
    return EnumSet.of(method.source(), method.tokenFile());
  }

  private boolean fromElsewhere(SdkVariable variable) {
    return values.get(variable) instanceof EnvironmentValue.Elsewhere;
  }

  private VariableGroup copied(Set<SdkVariable> names) {
    Map<SdkVariable, JsonValue.Member> members = new EnumMap<>(SdkVariable.class);
    for (SdkVariable name : names) {
      member(name).ifPresent(member -> members.put(name, member));
    }
    return VariableGroup.of(names, members);
  }

  private Optional<JsonValue.Member> member(SdkVariable variable) {
    return Optional.ofNullable(values.get(variable)).flatMap(EnvironmentValue::member);
  }
}
