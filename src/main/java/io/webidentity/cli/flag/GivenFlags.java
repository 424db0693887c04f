package io.webidentity.cli.flag;

import io.webidentity.aws.EndpointUrl;
import io.webidentity.injection.VisibleText;
import java.util.Map;
import java.util.Optional;

/** What the command line and the environment gave, by the flags' names. */
public final class GivenFlags {
  private static final int LONGEST_SHOWN = 200;

  private final Map<String, Given> given;

  public GivenFlags(Map<String, Given> given) {
    this.given = Map.copyOf(given);
  }

  /**
   * One value as it was given.
   *
   * @param origin the flag as written, or the environment variable
   * @param text the value
   */
  public record Given(String origin, String text) {}

  /** Whether the flag was given at all. */
  public boolean has(Flag<?> flag) {
    return given.containsKey(flag.name());
  }

  /** Where the flag was given: itself, or its environment variable. */
  public String origin(Flag<?> flag) {
    Given found = given.get(flag.name());
    return found == null ? flag.dashed() : found.origin();
  }

  /**
   * The value given, or the default.
   *
   * @throws UsageException if what was given is not a value of this flag
   * @throws IllegalStateException if the flag has no default: a mistake of the caller
   */
  public <T> T value(Flag<T> flag) throws UsageException {
    Given found = given.get(flag.name());
    return parse(flag, found == null ? new Given(flag.dashed(), defaultOf(flag)) : found);
  }

  /**
   * The value given, if there is one; the empty text counts as none, as in Go.
   *
   * @throws UsageException if what was given is not a value of this flag
   */
  public <T> Optional<T> find(Flag<T> flag) throws UsageException {
    Given found = given.get(flag.name());
    return found == null || found.text().isEmpty()
        ? Optional.empty()
        : Optional.of(parse(flag, found));
  }

  private static String defaultOf(Flag<?> flag) {
    return flag.byDefault()
        .orElseThrow(() -> new IllegalStateException(flag.name() + " has no default"));
  }

  private static <T> T parse(Flag<T> flag, Given found) throws UsageException {
    try {
      return flag.parser().parse(found.text());
    } catch (BadValueException bad) {
      String text = flag.isUrl() ? EndpointUrl.withoutUserInformation(found.text()) : found.text();
      throw new UsageException(found.origin() + "=" + shown(text) + " " + bad.complaint());
    }
  }

  /** The text in one line: invisible characters escaped, the end of very long ones left out. */
  public static String shown(String text) {
    String line = VisibleText.of(text);
    return line.codePointCount(0, line.length()) <= LONGEST_SHOWN
        ? line
        : line.substring(0, line.offsetByCodePoints(0, LONGEST_SHOWN)) + "…";
  }
}
