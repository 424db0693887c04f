package io.webidentity.cli.inject;

import com.fasterxml.jackson.databind.JsonNode;
import io.webidentity.identity.Trail;
import io.webidentity.injection.Annotation.Holder;
import io.webidentity.injection.AnnotationKeys;
import io.webidentity.injection.Decision;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What is asked about, by a person or a program.
 *
 * @param title kind and name, such as {@code pod/web}
 * @param flags whose flags decide, for people
 * @param keys names of the annotations that are read
 */
public record Asked(String title, String flags, AnnotationKeys keys) {
  /** What is said of flags if no installation was read. */
  public static final String GIVEN_HERE = "those given here, and defaults";

  /** The settings that a pod has itself, and that count: no finding says that it was ignored. */
  List<Trail.Setting> settingsOf(JsonNode pod, Decision decision) {
    JsonNode annotations = pod.path("metadata").path("annotations");
    return Stream.of(keys.tokenExpiration(), keys.skipContainers(), keys.includeContainers())
        .filter(annotations::has)
        .filter(key ->
            decision.findings().stream()
                .noneMatch(finding ->
                    finding.key().equals(key)
                        && finding.subject().kind().equals(Holder.POD.noun())))
        .map(key ->
            new Trail.Setting(key, annotations.path(key).asText(""), Optional.of(Holder.POD)))
        .toList();
  }
}
