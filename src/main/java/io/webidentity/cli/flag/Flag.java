package io.webidentity.cli.flag;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * One setting that the command line and the environment can give.
 *
 * @param name long name without the dashes
 * @param label what the value is called in the help; empty for a boolean, which may stand bare
 * @param group where the help lists it
 * @param byDefault text of the value where none is given; absent means there is none
 * @param parser reads the text
 * @param description what it is for
 */
public record Flag<T>(
    String name,
    String label,
    FlagGroup group,
    Optional<String> byDefault,
    ValueParser<T> parser,
    String description) {
  /** Prefix of the environment variables; a shorter one could be that of a Service's variables. */
  static final String ENVIRONMENT_PREFIX = "WEBHOOK_FLAG_";

  /** Labels of URLs. */
  private static final Set<String> URLS = Set.of("URL", "URI");

  public static <T> Flag<T> taking(
      String name, String label, FlagGroup group, ValueParser<T> parser, String description) {
    return new Flag<>(name, label, group, Optional.empty(), parser, description);
  }

  public static Flag<Boolean> bool(
      String name, FlagGroup group, boolean byDefault, String description) {
    return new Flag<>(
        name, "", group, Optional.of(Boolean.toString(byDefault)), Values::bool, description);
  }

  public Flag<T> byDefault(String text) {
    return new Flag<>(name, label, group, Optional.of(text), parser, description);
  }

  /** The same setting where it has another role. */
  public Flag<T> as(FlagGroup otherGroup, String otherDescription) {
    return new Flag<>(name, label, otherGroup, byDefault, parser, otherDescription);
  }

  /** Whether the flag may stand without a value, which means true. */
  public boolean mayStandBare() {
    return label.isEmpty();
  }

  /** Whether the value is a URL, in which somebody may have written a password. */
  boolean isUrl() {
    return URLS.contains(label);
  }

  /** The flag as it is written, such as {@code --token-audience}. */
  public String dashed() {
    return "--" + name;
  }

  /** The variable that gives it too: upper case, {@code -} becomes {@code _}. */
  public String environmentVariable() {
    return ENVIRONMENT_PREFIX + name.toUpperCase(Locale.ROOT).replace('-', '_');
  }
}
