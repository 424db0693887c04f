package io.webidentity.cli.flag;

import io.webidentity.aws.EndpointUrl;
import io.webidentity.injection.VisibleText;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the command line and the environment gave, by the flags' names. */
public final class GivenFlags {
  private static final int LONGEST_SHOWN = 200;

  private final Map<String, List<Given>> given;
  private final List<String> operands;

  /**
   * What was given.
   *
   * @param given the values by the flags' names, in the order they were given; none is empty
   * @param operands the positional arguments
   */
  public GivenFlags(Map<String, List<Given>> given, List<String> operands) {
    this.given = Map.copyOf(given);
    this.operands = List.copyOf(operands);
  }

  /**
   * One value as it was given.
   *
   * @param origin the flag as written, or the environment variable
   * @param text the value
   */
  public record Given(String origin, String text) {}

  /**
   * These, and for flags that are not given here, what others give.
   *
   * @param flags those that the others may give
   */
  public GivenFlags or(GivenFlags others, Collection<Flag<?>> flags) {
    Map<String, List<Given>> all = new HashMap<>(others.given);
    all.keySet().retainAll(flags.stream().map(Flag::name).toList());
    all.putAll(given);
    return new GivenFlags(all, operands);
  }

  /** The positional arguments: as many as the command takes. */
  public List<String> operands() {
    return operands;
  }

  /** Whether the flag was given at all. */
  public boolean has(Flag<?> flag) {
    return given.containsKey(flag.name());
  }

  /**
   * Whether the flag is in use: it has a text, or, being a boolean, is true.
   *
   * @throws UsageException if what was given is not a value of this flag
   */
  boolean uses(Flag<?> flag) throws UsageException {
    return flag.mayStandBare() ? Boolean.TRUE.equals(value(flag)) : find(flag).isPresent();
  }

  /** Where the flag was given: itself, or its environment variable. */
  public String origin(Flag<?> flag) {
    return last(flag).map(Given::origin).orElse(flag.dashed());
  }

  /**
   * The value given, the last if there are several, or the default.
   *
   * @throws UsageException if what was given is not a value of this flag
   * @throws IllegalStateException if the flag has no default: a mistake of the caller
   */
  public <T> T value(Flag<T> flag) throws UsageException {
    Optional<Given> found = last(flag);
    return parse(flag, found.isPresent() ? found.get() : byDefault(flag));
  }

  /**
   * The value given, the last if there are several; the empty text counts as none, as in Go.
   *
   * @throws UsageException if what was given is not a value of this flag
   */
  public <T> Optional<T> find(Flag<T> flag) throws UsageException {
    Optional<Given> found = last(flag).filter(one -> !one.text().isEmpty());
    return found.isPresent() ? Optional.of(parse(flag, found.get())) : Optional.empty();
  }

  /**
   * All values given, in order, of a flag that may be repeated.
   *
   * @throws UsageException if one of them is not a value of this flag
   */
  public <T> List<T> all(Flag<T> flag) throws UsageException {
    List<T> values = new ArrayList<>();
    for (Given one : given.getOrDefault(flag.name(), List.of())) {
      values.add(parse(flag, one));
    }
    return values;
  }

  /**
   * The value of a flag that names a format.
   *
   * @throws UsageException if it is none of the flag's words
   */
  public String format(Flag<String> flag) throws UsageException {
    String format = value(flag);
    if (!flag.words().contains(format)) {
      throw new UsageException(
          "%s=%s is no format; give one of %s"
              .formatted(origin(flag), shown(format), String.join(", ", flag.words())));
    }
    return format;
  }

  private Optional<Given> last(Flag<?> flag) {
    return Optional.ofNullable(given.get(flag.name())).map(List::getLast);
  }

  private static Given byDefault(Flag<?> flag) {
    return flag.byDefault()
        .map(text -> new Given(flag.dashed(), text))
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
