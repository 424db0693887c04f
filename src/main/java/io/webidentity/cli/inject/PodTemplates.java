package io.webidentity.cli.inject;

import com.fasterxml.jackson.databind.JsonNode;
import io.webidentity.cli.flag.GivenFlags;
import io.webidentity.cli.flag.UsageException;
import io.webidentity.manifest.ManifestObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Where objects of kinds that nobody knows have their pod templates. */
final class PodTemplates {
  private static final Pattern PATH = Pattern.compile("[A-Za-z0-9_-]+(?:\\.[A-Za-z0-9_-]+)*");

  /** None is known. */
  static final PodTemplates NONE = new PodTemplates();

  private final List<List<String>> paths;

  private PodTemplates() {
    paths = List.of();
  }

  /**
   * Those of these paths, members with dots between them.
   *
   * @throws UsageException if one is no such path
   */
  PodTemplates(List<String> given) throws UsageException {
    List<List<String>> read = new ArrayList<>();
    for (String path : given) {
      if (!PATH.matcher(path).matches()) {
        throw new UsageException(
            "--pod-template-path=%s is no path; write names of fields with dots between them, such as spec.template"
                .formatted(GivenFlags.shown(path)));
      }
      read.add(List.of(path.split("\\.")));
    }
    paths = List.copyOf(read);
  }

  /** The first path that leads to a pod template of the object. */
  Optional<List<String>> find(JsonNode object) {
    return paths.stream()
        .filter(path -> ManifestObject.at(object, path).path("spec").isObject())
        .findFirst();
  }

  /** Whether something in the object looks as if pods were made of it: a list of containers. */
  static boolean looksLikePods(JsonNode node) {
    for (JsonNode containers : node.findValues("containers")) {
      for (JsonNode container : containers) {
        if (container.path("image").isTextual()) {
          return true;
        }
      }
    }
    return false;
  }
}
