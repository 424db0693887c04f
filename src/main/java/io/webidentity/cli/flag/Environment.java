package io.webidentity.cli.flag;

import io.webidentity.cli.flag.GivenFlags.Given;
import io.webidentity.config.NearestName;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The flags that environment variables give: {@code WEBHOOK_FLAG_TOKEN_AUDIENCE} and the like. */
public final class Environment {
  private Environment() {}

  /**
   * The values given, by the flags' names.
   *
   * @param variables all environment variables
   * @param flags those that variables can give
   * @throws UsageException for a variable that has our prefix, but no flag of the server
   */
  public static Map<String, Given> given(Map<String, String> variables, List<Flag<?>> flags)
      throws UsageException {
    Map<String, String> names = new HashMap<>();
    for (Flag<?> flag : flags) {
      names.put(flag.environmentVariable(), flag.name());
    }
    Map<String, Given> given = new HashMap<>();
    for (Map.Entry<String, String> variable : new TreeMap<>(variables).entrySet()) {
      String key = variable.getKey();
      if (!key.startsWith(Flag.ENVIRONMENT_PREFIX)) {
        continue;
      }
      String name = names.get(key);
      if (name == null) {
        throw new UsageException(unknown(key, List.copyOf(names.keySet())));
      }
      given.put(name, new Given(key, variable.getValue()));
    }
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
