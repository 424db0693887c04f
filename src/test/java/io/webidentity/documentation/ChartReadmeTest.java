package io.webidentity.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.comments.CommentLine;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;

/**
 * The chart's README has a row for each value that is documented in {@code values.yaml} by a
 * comment that begins with {@code --}; every value has one, or is part of one that has.
 */
final class ChartReadmeTest {
  private static final Path CHART = Path.of("charts/web-identity-webhook");

  /** Longer defaults are to be read in the file. */
  private static final int LONGEST_DEFAULT = 100;

  private final List<String> rows = new ArrayList<>();
  private final List<String> undocumented = new ArrayList<>();
  private final Map<String, String> descriptions = new TreeMap<>();

  @BeforeEach
  void collect() throws IOException {
    try (Reader text = Files.newBufferedReader(CHART.resolve("values.yaml"))) {
      LoaderOptions options = new LoaderOptions();
      options.setProcessComments(true);
      Node document = new Yaml(options).compose(text);
      Map<String, Object> values = new Yaml().load(Files.readString(CHART.resolve("values.yaml")));
      collect((MappingNode) document, values, "");
    }
  }

  @Test
  void the_readme_lists_every_value() throws IOException {
    assertThat(undocumented).as("values without a comment that begins with --").isEmpty();
    new GeneratedSection(CHART.resolve("README.md"), "values")
        .assertEquals(
            "\n| value | default | meaning |\n|---|---|---|\n" + String.join("", rows) + "\n");
  }

  /** Editors show it. Values with a comment have its text; parts of them have one of their own. */
  @Test
  void the_schema_describes_every_value() throws IOException {
    JsonNode schema =
        JsonMapper.builder().build().readTree(CHART.resolve("values.schema.json").toFile());

    assertDescribed(schema);
    assertThat(descriptions).isNotEmpty();
    descriptions.forEach((pointer, text) ->
        assertThat(schema.at(pointer).path("description").asText()).as(pointer).isEqualTo(text));
  }

  private static void assertDescribed(JsonNode schema) {
    schema
        .path("properties")
        .propertyStream()
        .forEach(value ->
            assertThat(value.getValue().path("description").asText())
                .as(value.getKey())
                .isNotEmpty());
    schema.forEach(ChartReadmeTest::assertDescribed);
  }

  private void collect(MappingNode node, Map<?, ?> values, String prefix)
      throws JsonProcessingException {
    for (NodeTuple entry : node.getValue()) {
      String name = ((ScalarNode) entry.getKeyNode()).getValue();
      String path = prefix + name;
      Object value = values.get(name);
      Optional<String> description = description(entry.getKeyNode());
      if (description.isPresent()) {
        describe(path, description.get());
        rows.add("| `%s` | %s | %s |\n".formatted(path, shown(value), description.get()));
      } else if (entry.getValueNode() instanceof MappingNode nested
          && value instanceof Map<?, ?> map) {
        collect(nested, map, path + ".");
      } else {
        undocumented.add(path);
      }
    }
  }

  /** Monitors share a part of the schema. */
  private void describe(String path, String text) {
    if (!path.contains("Monitor.")) {
      String pointer = "/properties/" + path.replace(".", "/properties/");
      descriptions.put(pointer, text.replace("\\|", "|"));
    }
  }

  /** The last block of comment lines that begins with {@code --}, in one line. */
  private static Optional<String> description(Node key) {
    List<CommentLine> comments = Optional.ofNullable(key.getBlockComments()).orElse(List.of());
    String text =
        comments.stream()
            .map(CommentLine::getValue)
            .map(String::strip)
            .collect(Collectors.joining(" "));
    int begin = text.lastIndexOf("-- ");
    return begin < 0
        ? Optional.empty()
        : Optional.of(text.substring(begin + "-- ".length()).strip().replace("|", "\\|"));
  }

  private static String shown(@Nullable Object value) throws JsonProcessingException {
    String json = JsonMapper.builder().build().writeValueAsString(value);
    return json.length() > LONGEST_DEFAULT ? "see values.yaml" : "`" + json + "`";
  }
}
