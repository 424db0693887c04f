package io.webidentity.injection;

import io.webidentity.jsonpatch.JsonValue;
import java.util.Optional;

/** What {@code env} of a container says about a variable's value. */
public sealed interface EnvironmentValue {
  /** A value that stands there, the same in every container. */
  record Text(String value) implements EnvironmentValue {}

  /** The pod's uid, by the downward API: what injection itself writes. */
  record PodUid() implements EnvironmentValue {}

  /**
   * A value from elsewhere: a Secret, a ConfigMap, another field, a file, or other variables of the
   * container.
   */
  record Elsewhere() implements EnvironmentValue {}

  /**
   * The value of this text. Kubelet replaces {@code $(NAME)} by another variable of the same
   * container, which the next one need not have.
   */
  static EnvironmentValue of(String text) {
    return text.contains("$(") ? new Elsewhere() : new Text(text);
  }

  /** The member of an entry that gives another container the same value; empty if none does. */
  default Optional<JsonValue.Member> member() {
    return switch (this) {
      case Text(String value) -> Optional.of(VariableGroup.text(value));
      case PodUid() -> Optional.of(VariableGroup.podField(VariableGroup.POD_UID));
      case Elsewhere() -> Optional.empty();
    };
  }
}
