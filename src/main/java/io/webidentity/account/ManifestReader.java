package io.webidentity.account;

import io.webidentity.injection.AnnotationKeys;
import io.webidentity.watch.UnusableContentException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Finds the ServiceAccounts of one document. It walks YAML's nodes, not Java objects made of them:
 * nodes know their line, nothing is ever constructed, and what is not read costs nothing.
 */
final class ManifestReader {
  private static final String KIND = "ServiceAccount";

  /**
   * Lists within Lists. YAML's aliases can make a List its own item, or ask for billions of items
   * in a few lines: SnakeYAML allows 50 aliases, which are some ten thousand items in four levels.
   */
  private static final int DEEPEST_LIST = 4;

  private final String source;
  private final int document;
  private final AnnotationKeys keys;
  private final ServiceAccountManifests.Accounts accounts;

  ManifestReader(
      String source, int document, AnnotationKeys keys, ServiceAccountManifests.Accounts accounts) {
    this.source = source;
    this.document = document;
    this.keys = keys;
    this.accounts = accounts;
  }

  /** Reads the document, which may be empty. */
  void read(Node root) throws UnusableContentException {
    if (!isNull(root)) {
      readObject(root, "", 0);
    }
  }

  /**
   * Reads one object.
   *
   * @param impliedKind the kind of an object that does not name one, as the items of a typed list
   * @param depth how many Lists it is in
   */
  private void readObject(Node node, String impliedKind, int depth)
      throws UnusableContentException {
    if (!(node instanceof MappingNode object)) {
      throw wrong(node, "a Kubernetes object was expected here; remove what is not one");
    }
    String kind = kindOf(object).orElse(impliedKind);
    if (kind.equals("List") || kind.equals(KIND + "List")) {
      if (depth == DEEPEST_LIST) {
        throw wrong(
            object,
            "there are more than %d Lists within each other; write their items into one"
                .formatted(DEEPEST_LIST));
      }
      for (Node item : sequence(object, "items")) {
        readObject(item, kind.equals("List") ? "" : KIND, depth + 1);
      }
    } else if (kind.equals(KIND)) {
      readAccount(object);
    }
  }

  /**
   * The kind, if this is an object of the core group; other groups may have a kind of that name.
   */
  private Optional<String> kindOf(MappingNode object) throws UnusableContentException {
    Node version = field(object, "apiVersion").orElse(null);
    boolean core = !(version instanceof ScalarNode scalar) || scalar.getValue().equals("v1");
    Node kind = field(object, "kind").orElse(null);
    if (!core) {
      return Optional.of("");
    }
    return kind instanceof ScalarNode scalar ? Optional.of(scalar.getValue()) : Optional.empty();
  }

  private void readAccount(MappingNode object) throws UnusableContentException {
    if (!(field(object, "metadata").orElse(null) instanceof MappingNode metadata)) {
      throw wrong(object, "the ServiceAccount has no metadata; give it metadata.name");
    }
    String name = text(metadata, "metadata", "name").orElse("");
    if (name.isEmpty()) {
      throw wrong(metadata, "the ServiceAccount has no metadata.name; give it one");
    }
    String namespace = text(metadata, "metadata", "namespace").orElse("");
    AccountKey account = accounts.key(namespace, name);
    accounts.add(account, annotations(metadata), place(object));
  }

  private IdentityAnnotations annotations(MappingNode metadata) throws UnusableContentException {
    Node node = field(metadata, "annotations").orElse(null);
    if (node == null || isNull(node)) {
      return IdentityAnnotations.NONE;
    }
    if (!(node instanceof MappingNode annotations)) {
      throw wrong(node, "metadata.annotations is not a mapping; write it as name: \"value\" lines");
    }
    Map<String, String> values = new HashMap<>();
    for (String name : decisive()) {
      Optional<String> value = text(annotations, "metadata.annotations", name);
      value.ifPresent(v -> values.put(name, v));
    }
    return IdentityAnnotations.of(values, keys);
  }

  private List<String> decisive() {
    return List.of(
        keys.roleArn(),
        keys.audience(),
        keys.tokenExpiration(),
        keys.stsRegionalEndpoints(),
        keys.roleSessionName(),
        keys.stsEndpointUrl(),
        keys.endpointUrl(),
        keys.region());
  }

  /** A string field; null counts as empty, as in the API server. */
  private Optional<String> text(MappingNode parent, String parentName, String name)
      throws UnusableContentException {
    Node node = field(parent, name).orElse(null);
    if (node == null) {
      return Optional.empty();
    }
    if (isNull(node)) {
      return Optional.of("");
    }
    if (node instanceof ScalarNode scalar && scalar.getTag().equals(Tag.STR)) {
      return Optional.of(scalar.getValue());
    }
    String written = node instanceof ScalarNode scalar ? scalar.getValue() : "the value";
    throw wrong(
        node, "%s.%s is not a string; put %s in quotes".formatted(parentName, name, written));
  }

  private List<Node> sequence(MappingNode parent, String name) throws UnusableContentException {
    Node node = field(parent, name).orElse(null);
    if (node == null || isNull(node)) {
      return List.of();
    }
    if (!(node instanceof SequenceNode sequence)) {
      throw wrong(node, name + " is not a list; write its entries with dashes");
    }
    return sequence.getValue();
  }

  private Optional<Node> field(MappingNode parent, String name) throws UnusableContentException {
    Node found = null;
    for (NodeTuple tuple : parent.getValue()) {
      Node key = tuple.getKeyNode();
      if (key.getTag().equals(Tag.MERGE)) {
        throw wrong(key, "merge keys (<<) are not read here; write the fields out");
      }
      if (key instanceof ScalarNode scalar && scalar.getValue().equals(name)) {
        if (found != null) {
          throw wrong(key, name + " is there twice; remove one of them");
        }
        found = tuple.getValueNode();
      }
    }
    return Optional.ofNullable(found);
  }

  private static boolean isNull(Node node) {
    return node.getTag().equals(Tag.NULL);
  }

  private UnusableContentException wrong(Node node, String problem) {
    return new UnusableContentException("%s: %s.".formatted(place(node), problem));
  }

  private String place(Node node) {
    return "%s, document %d, line %d"
        .formatted(source, document, node.getStartMark().getLine() + 1);
  }
}
