package io.webidentity.rolepolicy;

import io.webidentity.manifest.YamlText;
import io.webidentity.watch.UnusableContentException;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.Tag;

/** The one YAML or JSON document that a policy is, unread. */
final class PolicyText {
  private PolicyText() {}

  /**
   * The document of this text.
   *
   * @throws UnusableContentException if there is none, or more than one, or the text is no YAML
   */
  static Node root(String source, String text) throws UnusableContentException {
    try {
      Iterator<Node> documents =
          new Yaml(new LoaderOptions()).composeAll(YamlText.of(text).reader()).iterator();
      if (!documents.hasNext()) {
        throw empty(source);
      }
      Node root = documents.next();
      if (documents.hasNext()) {
        throw new UnusableContentException(
            source + " has several documents; write all rules into one.");
      }
      if (root.getTag().equals(Tag.NULL)) {
        throw empty(source);
      }
      return root;
    } catch (MarkedYAMLException e) {
      int line = e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1;
      throw notYaml(source + ", line " + line, e.getProblem(), e.getContext());
    } catch (YAMLException e) {
      throw notYaml(source, e.getMessage(), null);
    }
  }

  private static UnusableContentException empty(String source) {
    return new UnusableContentException(
        source + " is empty; write a role policy, rules: [] being one that allows nothing.");
  }

  private static UnusableContentException notYaml(
      String place, @Nullable String problem, @Nullable String context) {
    boolean alias = context != null && context.contains("alias");
    String first = problem == null ? "" : problem.lines().findFirst().orElse("").strip();
    return new UnusableContentException(
        "%s: this is not valid YAML or JSON (%s); %s."
            .formatted(
                place,
                first.isEmpty() ? "not YAML" : first,
                alias ? "put what begins with * in quotes" : "correct it"));
  }
}
