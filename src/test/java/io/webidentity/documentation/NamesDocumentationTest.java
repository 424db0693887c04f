package io.webidentity.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.Yaml;

/** What pages name is there: flags, environment variables, metrics, chart values, make targets. */
class NamesDocumentationTest {
  private static final Path HELP = Path.of("src", "test", "resources", "cli");
  private static final Path VALUES = Path.of("charts", "web-identity-webhook", "values.yaml");
  private static final Path METRICS = Path.of("docs", "metrics.md");

  /** Pages with names of other things: classes, what the reference has, what is no more. */
  private static final Set<String> NOT_READ =
      Set.of("architecture.md", "compatibility.md", "CHANGELOG.md");

  /** Named alone, without the program whose flags they are. */
  private static final Set<String> FLAGS_OF_OTHERS =
      Set.of(
          "--admission-control-config-file",
          "--container-credentials-",
          "--dry-run",
          "--force-conflicts",
          "--kube-apiserver-arg",
          "--logs",
          "--namespace-restriction-format",
          "--requestheader-allowed-names",
          "--reset-then-reuse-values",
          "--reuse-values",
          "--role-base-arn",
          "--service-account-issuer",
          "--set",
          "--set-literal",
          "--take-ownership",
          "--target");

  private static final Pattern CODE = Pattern.compile("`([^`\n]+)`");
  private static final Pattern PROGRAM =
      Pattern.compile("^(helm|kubectl|curl|docker|make|aws|git|kube-apiserver)\\b.*");
  private static final Pattern FLAG = Pattern.compile("(?<![\\w-])--[a-z][a-z0-9_-]*");
  private static final Pattern BLOCK = Pattern.compile("(?ms)^ *```sh$.*?^ *```$");
  private static final Pattern COMMAND =
      Pattern.compile("(?m)^(?:target/dist/bin/)?webhook (?:(\\w+) )?((?:.*\\\\\n)*.*)$");
  private static final Pattern VARIABLE = Pattern.compile("WEBHOOK_FLAG_([A-Z0-9_]*[A-Z0-9])");
  private static final Pattern METRIC = Pattern.compile("webidentity_[a-z_]*[a-z]");
  private static final Pattern VALUE =
      Pattern.compile("^([a-z][A-Za-z]*(?:\\.[a-z][A-Za-z]*)+)(?:[=:].*)?$");
  private static final Pattern TARGETS = Pattern.compile("(?m)(?:^|`)make ([a-z][a-z0-9 -]*)");

  static Stream<Path> pages() throws IOException {
    return LinksDocumentationTest.pages()
        .filter(page -> !NOT_READ.contains(page.getFileName().toString()))
        .filter(page -> !page.toString().contains("/decisions/"));
  }

  @ParameterizedTest
  @MethodSource("pages")
  void flags_in_sentences_are_flags_of_a_command(Path page) throws IOException {
    Set<String> known = flags(".*");

    assertThat(
            code(page)
                .filter(code -> !PROGRAM.matcher(code).matches())
                .flatMap(code -> found(FLAG, code))
                .filter(flag -> !FLAGS_OF_OTHERS.contains(flag)))
        .isSubsetOf(known);
  }

  @ParameterizedTest
  @MethodSource("pages")
  void flags_of_a_command_are_that_command_s(Path page) throws IOException {
    String blocks = found(BLOCK, Files.readString(page)).collect(Collectors.joining("\n"));
    for (MatchResult command : COMMAND.matcher(blocks).results().toList()) {
      String name = command.group(1);
      Set<String> known = flags(name == null ? "help.txt" : "help-" + name + ".txt");

      assertThat(found(FLAG, command.group(2))).as(command.group()).isSubsetOf(known);
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  void environment_variables_stand_for_flags(Path page) throws IOException {
    Set<String> known = flags(".*");

    assertThat(VARIABLE.matcher(Files.readString(page)).results())
        .allMatch(found ->
            known.contains("--" + found.group(1).toLowerCase(Locale.ROOT).replace('_', '-')));
  }

  @ParameterizedTest
  @MethodSource("pages")
  void metrics_are_among_those_of_the_page_about_them(Path page) throws IOException {
    String known = Files.readString(METRICS);

    assertThat(found(METRIC, Files.readString(page))).allMatch(known::contains);
  }

  @ParameterizedTest
  @MethodSource("pages")
  void values_are_values_of_the_chart(Path page) throws IOException {
    Map<String, Object> values = new Yaml().load(Files.readString(VALUES));
    List<String> unknown = new ArrayList<>();
    code(page)
        .map(VALUE::matcher)
        .filter(found -> found.matches())
        .map(found -> found.group(1))
        .filter(path -> values.containsKey(path.substring(0, path.indexOf('.'))))
        .filter(path -> !isValue(values, List.of(path.split("\\."))))
        .forEach(unknown::add);

    assertThat(unknown).isEmpty();
  }

  /** A map or list that is empty takes what its users write. */
  private static boolean isValue(Object values, List<String> path) {
    if (path.isEmpty() || !(values instanceof Map<?, ?> map)) {
      return path.isEmpty() || values instanceof List;
    }
    return map.isEmpty()
        || (map.containsKey(path.getFirst())
            && isValue(map.get(path.getFirst()), path.subList(1, path.size())));
  }

  @ParameterizedTest
  @MethodSource("pages")
  void targets_of_make_are_in_the_makefile(Path page) throws IOException {
    Set<String> known =
        Pattern.compile("(?m)^([a-z][a-z0-9-]*):")
            .matcher(Files.readString(Path.of("Makefile")))
            .results()
            .map(target -> target.group(1))
            .collect(Collectors.toSet());

    assertThat(
            TARGETS
                .matcher(Files.readString(page))
                .results()
                .flatMap(found -> Stream.of(found.group(1).strip().split(" "))))
        .isSubsetOf(known);
  }

  private static Stream<String> code(Path page) throws IOException {
    return CODE.matcher(Files.readString(page)).results().map(code -> code.group(1));
  }

  private static Stream<String> found(Pattern pattern, String text) {
    return pattern.matcher(text).results().map(MatchResult::group);
  }

  /** Flags in the help of these commands, by the file names of their golden files. */
  private static Set<String> flags(String files) throws IOException {
    Set<String> flags = new TreeSet<>();
    try (Stream<Path> helps = Files.list(HELP)) {
      for (Path help : helps.toList()) {
        String name = help.getFileName().toString();
        if (name.startsWith("help") && name.matches(files)) {
          found(FLAG, Files.readString(help)).forEach(flags::add);
        }
      }
    }
    assertThat(flags).as(files).isNotEmpty();
    return flags;
  }
}
