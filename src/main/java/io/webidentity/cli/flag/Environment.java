package io.webidentity.cli.flag;

import io.webidentity.cli.flag.GivenFlags.Given;
import io.webidentity.text.NearestName;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The flags that environment variables give: {@code WEBHOOK_FLAG_TOKEN_AUDIENCE} and the like. */
public final class Environment {
  private Environment() {}

  /**
   * The values that the variables give to a command's flags, by the flags' names. Variables of
   * other commands' flags are ignored, so that one environment serves all of them.
   *
   * @param variables all environment variables
   * @param program all commands
   * @param command the one that runs; one without flags ignores all variables
   * @throws UsageException for a variable that has our prefix, but no flag of any command
   */
  public static Map<String, List<Given>> given(
      Map<String, String> variables, CommandPath program, Command command) throws UsageException {
    if (command.flags().isEmpty()) {
      return Map.of();
    }
    Map<String, String> names = new HashMap<>();
    program
        .tree()
        .flatMap(path -> path.command().flags().stream())
        .forEach(flag -> names.put(flag.environmentVariable(), flag.name()));
    Map<String, List<Given>> given = new HashMap<>();
    for (Map.Entry<String, String> variable : new TreeMap<>(variables).entrySet()) {
      String key = variable.getKey();
      if (!key.startsWith(Flag.ENVIRONMENT_PREFIX)) {
        continue;
      }
      String name = names.get(key);
      if (name == null) {
        throw new UsageException(unknown(key, List.copyOf(names.keySet())));
      }
      given.put(name, List.of(new Given(key, variable.getValue())));
    }
    given.keySet().retainAll(command.flags().stream().map(Flag::name).toList());
    given.keySet().removeAll(command.onlyOnCommandLine());
    return given;
  }

  private static String unknown(String variable, List<String> variables) {
    // Only what follows the prefix is compared: the prefix alone would make everything look near.
    String prefix = Flag.ENVIRONMENT_PREFIX;
    List<String> ends = variables.stream().map(v -> v.substring(prefix.length())).sorted().toList();
    return "unknown environment variable "
        + GivenFlags.shown(variable)
        + NearestName.of(variable.substring(prefix.length()).toUpperCase(Locale.ROOT), ends)
            .map(near -> "; did you mean " + prefix + near + "?")
            .orElse("; webhook --help lists the flags, whose names the variables carry");
  }
}
