package io.webidentity.rolepolicy;

import io.webidentity.text.NearestName;
import io.webidentity.watch.UnusableContentException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * A value of a policy with the place where it stands. It is what it must be, or an error that names
 * file, line and field: a policy whose typing errors are passed over is not the one that was meant.
 *
 * @param source the file
 * @param path the field, such as {@code rules[0].roles}; empty for the whole document
 */
record PolicyNode(String source, String path, Node node) {
  /** Of a value in an error, characters: a ConfigMap's may have a million. */
  private static final int LONGEST_SHOWN = 100;

  /**
   * The fields of a mapping, in order.
   *
   * @param allowed every field that it may have
   */
  Map<String, PolicyNode> fields(List<String> allowed) throws UnusableContentException {
    Map<String, PolicyNode> fields = entries();
    for (Map.Entry<String, PolicyNode> field : fields.entrySet()) {
      if (!allowed.contains(field.getKey())) {
        String meant =
            NearestName.of(shown(field.getKey()), allowed)
                .map("did you mean %s?"::formatted)
                .orElse("write only %s.".formatted(String.join(", ", allowed)));
        throw field.getValue().wrong("is no field of a role policy; " + meant);
      }
    }
    return fields;
  }

  /** The entries of a mapping with any keys, in order. */
  Map<String, PolicyNode> entries() throws UnusableContentException {
    if (!(node instanceof MappingNode mapping)) {
      throw wrong("is not a mapping; write name: value lines.");
    }
    Map<String, PolicyNode> entries = new LinkedHashMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      if (tuple.getKeyNode().getTag().equals(Tag.MERGE)) {
        throw wrong("has a merge key (<<), which is not read here; write the fields out.");
      }
      String key = new PolicyNode(source, below("a key"), tuple.getKeyNode()).text();
      PolicyNode before =
          entries.put(key, new PolicyNode(source, below(key), tuple.getValueNode()));
      if (before != null) {
        throw new PolicyNode(source, below(key), tuple.getKeyNode())
            .wrong("is there twice; remove one of them.");
      }
    }
    return entries;
  }

  private String below(String key) {
    return path.isEmpty() ? shown(key) : path + "." + shown(key);
  }

  /** The items of a list, which may have none. */
  List<PolicyNode> items() throws UnusableContentException {
    if (!(node instanceof SequenceNode sequence)) {
      throw wrong("is not a list; write its items with dashes, or [] for none.");
    }
    List<PolicyNode> items = new ArrayList<>();
    for (Node item : sequence.getValue()) {
      items.add(new PolicyNode(source, "%s[%d]".formatted(path, items.size()), item));
    }
    return items;
  }

  /** The items of a list of strings, in order, none of them twice. */
  List<PolicyNode> distinctTexts() throws UnusableContentException {
    List<PolicyNode> items = items();
    Set<String> before = new HashSet<>();
    for (PolicyNode item : items) {
      if (!before.add(item.text())) {
        throw item.wrong("is in the list twice; remove one of them.");
      }
    }
    return items;
  }

  /** A string that is not empty. */
  String text() throws UnusableContentException {
    String text = anyText();
    if (text.isEmpty()) {
      throw wrong("is empty; write a value, or remove it.");
    }
    return text;
  }

  /** A string, which may be empty. */
  String anyText() throws UnusableContentException {
    if (node instanceof ScalarNode scalar && scalar.getTag().equals(Tag.STR)) {
      return scalar.getValue();
    }
    throw wrong(
        node instanceof ScalarNode scalar && !scalar.getValue().isEmpty()
            ? "is not a string; put %s in quotes.".formatted(shown(scalar.getValue()))
            : "is not a string; write one.");
  }

  /** One of some strings. */
  <T> T oneOf(Words<T> words, List<String> all) throws UnusableContentException {
    Optional<T> value = words.of(text());
    if (value.isEmpty()) {
      throw wrong("is \"%s\"; write one of %s.".formatted(shown(text()), String.join(", ", all)));
    }
    return value.get();
  }

  /** The value, cut where a sentence with it would not be read any more. */
  static String shown(String value) {
    return value.codePointCount(0, value.length()) <= LONGEST_SHOWN
        ? value
        : value.substring(0, value.offsetByCodePoints(0, LONGEST_SHOWN)) + "…";
  }

  /** What a string must be. */
  interface Words<T> {
    Optional<T> of(String word);
  }

  /**
   * An error about this value.
   *
   * @param problem the rest of the sentence, and what to do
   */
  UnusableContentException wrong(String problem) {
    return new UnusableContentException(
        "%s, line %d: %s %s"
            .formatted(
                source,
                node.getStartMark().getLine() + 1,
                path.isEmpty() ? "the role policy" : path,
                problem));
  }
}
