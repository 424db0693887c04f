package io.webidentity.cli.inject;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.PrettyPrinter;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.Yaml;

/** Random pods, written in many ways. */
final class RandomManifests {
  private static final List<String> TEXTS =
      List.of(
          "",
          " ",
          "a",
          "yes",
          "y",
          "null",
          "~",
          "1e3",
          "0o7",
          "010",
          "12:30",
          "# no comment",
          "a: b",
          "- a",
          "[a",
          "{a: b}",
          "*a",
          "&a",
          "!a",
          "%a",
          "@a",
          "`a",
          "'",
          "\"",
          "\\",
          "a #b",
          "line\nbreak\n",
          "\n\nlines\n\n",
          "trailing \n",
          "\ttab",
          "größer",
          "🚀🚀",
          "<<",
          "=",
          "---",
          "...",
          "true",
          "2001-12-14",
          "a,b",
          "a/b~c",
          "arn:aws:iam::1:role/x",
          "long ".repeat(30));

  private final Random random;
  private boolean nullAndEmpty = true;

  RandomManifests(Random random) {
    this.random = random;
  }

  /** Ways of writing. */
  enum Style {
    BLOCK,
    BLOCK_WITH_INDENTED_DASHES,
    BLOCK_WITH_COMMENTS,
    BLOCK_WITH_LITERALS,
    BLOCK_AND_FLOW,
    CRLF,
    FLOW,
    PRETTY_FLOW,
    JSON,
    PRETTY_JSON,
    PRETTY_JSON_OF_JACKSON;

    /** Whether a change of one member leaves the lines of others alone. */
    boolean hasLines() {
      return switch (this) {
        case FLOW, PRETTY_FLOW, BLOCK_AND_FLOW, JSON, PRETTY_JSON_OF_JACKSON -> false;
        case BLOCK,
            BLOCK_WITH_INDENTED_DASHES,
            BLOCK_WITH_COMMENTS,
            BLOCK_WITH_LITERALS,
            CRLF,
            PRETTY_JSON ->
            true;
      };
    }
  }

  /** Without values in whose place others come. */
  RandomManifests withoutNullAndEmpty() {
    nullAndEmpty = false;
    return this;
  }

  String text(Style style) {
    Map<String, @Nullable Object> pod = pod();
    return switch (style) {
      case BLOCK -> dumped(pod, new DumperOptions());
      case BLOCK_WITH_INDENTED_DASHES -> {
        DumperOptions options = new DumperOptions();
        options.setIndent(4);
        options.setIndicatorIndent(2);
        options.setIndentWithIndicator(true);
        yield dumped(pod, options);
      }
      case BLOCK_WITH_COMMENTS -> commented(dumped(pod, quoting()));
      case BLOCK_WITH_LITERALS -> {
        DumperOptions options = new DumperOptions();
        options.setDefaultScalarStyle(DumperOptions.ScalarStyle.LITERAL);
        yield dumped(pod, options);
      }
      case BLOCK_AND_FLOW -> flowing(pod, DumperOptions.FlowStyle.AUTO, false);
      case CRLF -> dumped(pod, quoting()).replace("\n", "\r\n");
      case FLOW -> flowing(pod, DumperOptions.FlowStyle.FLOW, false);
      case PRETTY_FLOW -> flowing(pod, DumperOptions.FlowStyle.FLOW, true);
      case JSON -> json(pod, new MinimalPrettyPrinter());
      case PRETTY_JSON -> {
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
        printer.indentArraysWith(DefaultIndenter.SYSTEM_LINEFEED_INSTANCE);
        yield json(pod, printer);
      }
      case PRETTY_JSON_OF_JACKSON -> json(pod, new DefaultPrettyPrinter());
    };
  }

  private static DumperOptions quoting() {
    DumperOptions options = new DumperOptions();
    options.setDefaultScalarStyle(DumperOptions.ScalarStyle.DOUBLE_QUOTED);
    options.setSplitLines(false);
    return options;
  }

  private static String flowing(Object pod, DumperOptions.FlowStyle style, boolean pretty) {
    DumperOptions options = new DumperOptions();
    options.setDefaultFlowStyle(style);
    options.setPrettyFlow(pretty);
    return new Yaml(options).dump(pod);
  }

  private static String dumped(Object pod, DumperOptions options) {
    options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
    return new Yaml(options).dump(pod);
  }

  private static String json(Object pod, PrettyPrinter printer) {
    try {
      return new ObjectMapper().writer(printer).writeValueAsString(pod);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Comments and blank lines between the lines, and comments at their ends. */
  private String commented(String text) {
    StringJoiner lines = new StringJoiner("\n", "", random.nextBoolean() ? "\n" : "");
    for (String line : text.lines().toList()) {
      switch (random.nextInt(8)) {
        case 0 -> lines.add(" ".repeat(random.nextInt(8)) + "# - comment: [");
        case 1 -> lines.add(" ".repeat(random.nextInt(3)));
        default -> {}
      }
      lines.add(random.nextInt(6) == 0 ? line + "  # \"comment\": {" : line);
    }
    return lines.toString();
  }

  private Map<String, @Nullable Object> pod() {
    Map<String, @Nullable Object> spec = new LinkedHashMap<>();
    strange(spec);
    spec.put("serviceAccountName", "app");
    maybe(spec, "initContainers", containers(1 + random.nextInt(2), "init"));
    spec.put("containers", containers(1 + random.nextInt(3), "c"));
    maybe(spec, "volumes", items("v", "name"));
    strange(spec);
    Map<String, @Nullable Object> metadata = new LinkedHashMap<>();
    metadata.put("name", "web");
    if (random.nextInt(4) == 0) {
      metadata.put("annotations", Map.of("eks.amazonaws.com/skip-containers", "c0"));
    }
    Map<String, @Nullable Object> pod = new LinkedHashMap<>();
    pod.put("apiVersion", "v1");
    pod.put("kind", "Pod");
    pod.put("metadata", metadata);
    pod.put("spec", spec);
    strange(pod);
    return pod;
  }

  private List<Object> containers(int count, String prefix) {
    List<Object> containers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Map<String, @Nullable Object> container = new LinkedHashMap<>();
      if (random.nextBoolean()) {
        strange(container);
      }
      container.put("name", prefix + i);
      maybe(container, "env", items("ENV", "name"));
      maybe(container, "volumeMounts", items("/mnt/", "mountPath"));
      strange(container);
      containers.add(container);
    }
    return containers;
  }

  private List<Object> items(String prefix, String key) {
    List<Object> items = new ArrayList<>();
    int count = (nullAndEmpty ? 0 : 1) + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      Map<String, @Nullable Object> item = new LinkedHashMap<>();
      item.put(key, prefix + i);
      strange(item);
      items.add(item);
    }
    return items;
  }

  private void maybe(Map<String, @Nullable Object> object, String key, List<Object> value) {
    switch (random.nextInt(4)) {
      case 0 -> {}
      case 1 -> object.put(key, nullAndEmpty ? null : value);
      default -> object.put(key, value);
    }
  }

  private void strange(Map<String, @Nullable Object> object) {
    for (int i = random.nextInt(3); i > 0; i--) {
      object.put("x-" + random.nextInt(100) + text().strip(), strange(2));
    }
  }

  private @Nullable Object strange(int depth) {
    return switch (random.nextInt(depth == 0 ? 5 : 8)) {
      case 0 -> random.nextInt();
      case 1 -> random.nextBoolean();
      case 2 -> nullAndEmpty ? null : 1.5;
      case 3, 4 -> text();
      case 5, 6 -> {
        List<@Nullable Object> list = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
          list.add(strange(depth - 1));
        }
        yield list;
      }
      default -> {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        strange(map);
        yield map;
      }
    };
  }

  private String text() {
    return TEXTS.get(random.nextInt(TEXTS.size()));
  }
}
