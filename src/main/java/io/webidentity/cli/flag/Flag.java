package io.webidentity.cli.flag;

import java.util.List;
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
 * @param words the values there are, for completion; empty if there are too many
 * @param common whether the help lists it first, among the most used
 */
public record Flag<T>(
    String name,
    String label,
    FlagGroup group,
    Optional<String> byDefault,
    ValueParser<T> parser,
    String description,
    List<String> words,
    boolean common) {
  /** Prefix of the environment variables; a shorter one could be that of a Service's variables. */
  static final String ENVIRONMENT_PREFIX = "WEBHOOK_FLAG_";

  /** Labels of what a shell completes to names of files. */
  private static final Set<String> FILES = Set.of("FILE", "PATH", "FOLDER");

  /** Labels of URLs. */
  private static final Set<String> URLS = Set.of("URL", "URI");

  public static <T> Flag<T> taking(
      String name, String label, FlagGroup group, ValueParser<T> parser, String description) {
    return new Flag<>(name, label, group, Optional.empty(), parser, description, List.of(), false);
  }

  public static Flag<Boolean> bool(
      String name, FlagGroup group, boolean byDefault, String description) {
    Flag<Boolean> flag = taking(name, "", group, Values::bool, description);
    return flag.byDefault(Boolean.toString(byDefault));
  }

  public Flag<T> byDefault(String text) {
    return new Flag<>(name, label, group, Optional.of(text), parser, description, words, common);
  }

  /** The same setting where it has another role. */
  public Flag<T> as(FlagGroup otherGroup, String otherDescription) {
    return new Flag<>(name, label, otherGroup, byDefault, parser, otherDescription, words, common);
  }

  /** The same setting with these values only. */
  public Flag<T> among(String... values) {
    return new Flag<>(name, label, group, byDefault, parser, description, List.of(values), common);
  }

  /** The same setting, listed first in the help. */
  public Flag<T> mostUsed() {
    return new Flag<>(name, label, group, byDefault, parser, description, words, true);
  }

  /** Whether the value is the path of a file or folder. */
  public boolean takesFile() {
    return FILES.contains(label);
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
