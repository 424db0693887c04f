package io.webidentity.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Iterator;
import java.util.Set;

/** What the webhook injects, as it stands in the JSON of a pod. */
final class InjectedJson {
  private static final Set<String> VARIABLES =
      Set.of("AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE");
  private static final Set<String> VOLUMES = Set.of("aws-iam-token");

  private InjectedJson() {}

  /**
   * Takes it out, so that what is left must be what was there without the webhook.
   *
   * @return how many containers had it
   */
  static int removeFrom(JsonNode spec) {
    remove(spec, "volumes", VOLUMES);
    int injected = 0;
    for (String field : new String[] {"initContainers", "containers"}) {
      for (JsonNode container : spec.path(field)) {
        int variables = remove(container, "env", VARIABLES);
        int mounts = remove(container, "volumeMounts", VOLUMES);
        injected += variables == VARIABLES.size() && mounts == 1 ? 1 : 0;
      }
    }
    return injected;
  }

  /** Removes named elements, and the array with the last of them. */
  private static int remove(JsonNode parent, String field, Set<String> names) {
    int removed = 0;
    if (parent.path(field) instanceof ArrayNode array) {
      for (Iterator<JsonNode> elements = array.elements(); elements.hasNext(); ) {
        if (names.contains(elements.next().path("name").asText())) {
          elements.remove();
          removed++;
        }
      }
      if (removed > 0 && array.isEmpty()) {
        ((ObjectNode) parent).remove(field);
      }
    }
    return removed;
  }
}
