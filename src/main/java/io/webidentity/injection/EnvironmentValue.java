package io.webidentity.injection;

import io.webidentity.jsonpatch.JsonValue;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@code env} of a container says about a variable's value. */
public sealed interface EnvironmentValue {
  /**
   * A value that stands there, the same in every container.
   *
   * @param value as it is written, with {@code $$} for a dollar sign
   */
  record Text(String value) implements EnvironmentValue {}

  /** The pod's uid, by the downward API: what injection itself writes. */
  record PodUid() implements EnvironmentValue {}

  /**
   * A value from elsewhere: a Secret, a ConfigMap, another field, a file, or other variables of the
   * container.
   */
  record Elsewhere() implements EnvironmentValue {}

  /** An odd number of dollar signs: of an even one, kubelet makes half as many and no reference. */
  Pattern REFERENCE = Pattern.compile("(?<!\\$)(?:\\$\\$)*+\\$\\(");

  /** The same, with the name that is referred to. */
  Pattern NAMED_REFERENCE = Pattern.compile(REFERENCE.pattern() + "([A-Z_]+)\\)");

  /** Hands on the variables of SDKs that kubelet would replace in this text. */
  static void forEachReference(String text, Consumer<SdkVariable> each) {
    Matcher reference = NAMED_REFERENCE.matcher(text);
    while (reference.find()) {
      SdkVariable.named(reference.group(1)).ifPresent(each);
    }
  }

  /**
   * The value of this text. Kubelet replaces {@code $(NAME)} by another variable of the same
   * container, which the next one need not have.
   */
  static EnvironmentValue of(String text) {
    return REFERENCE.matcher(text).find() ? new Elsewhere() : new Text(text);
  }

  /**
   * The text of which kubelet makes exactly this value: what was judged is what the container gets.
   *
   * @see <a
   *     href="https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/">Dependent
   *     environment variables</a>
   */
  static String literally(String value) {
    return value.contains("$(") || value.contains("$$") ? value.replace("$", "$$") : value;
  }

  /** The member of an entry that gives another container the same value; empty if none does. */
  default Optional<JsonValue.Member> member() {
    return switch (this) {
      case Text(String value) -> Optional.of(JsonValue.member("value", JsonValue.of(value)));
      case PodUid() -> Optional.of(VariableGroup.podField(VariableGroup.POD_UID));
      case Elsewhere() -> Optional.empty();
    };
  }
}
