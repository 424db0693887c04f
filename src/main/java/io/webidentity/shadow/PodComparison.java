package io.webidentity.shadow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webidentity.injection.Injector;
import io.webidentity.shadow.Difference.Kind;
import java.util.List;

/** Compares the pods that result from two answers to one review. */
public final class PodComparison {
  private static final String EXPIRATION = "expirationSeconds";

  private final ContainerToken token;

  /**
   * The token of container credentials, as both webhooks name it.
   *
   * @param volume name of its volume
   * @param path of the token in the volume
   * @param audience of the token
   */
  public record ContainerToken(String volume, String path, String audience) {}

  /**
   * @param token whose lifetime is random
   */
  public PodComparison(ContainerToken token) {
    this.token = token;
  }

  /**
   * Compares.
   *
   * @param pod the review's object
   * @throws UnusableAnswerException if a patch does not fit
   */
  Comparison compare(JsonNode pod, ReviewAnswer ours, ReviewAnswer theirs)
      throws UnusableAnswerException {
    if (ours.allowed() != theirs.allowed()) {
      String explanation =
          ours.allowed()
              ? "the other webhook rejects the pod (" + theirs.message() + "), this one allows it"
              : "this webhook rejects the pod (" + ours.message() + "), the other one allows it";
      return new Comparison(ComparisonResult.VERDICT, explanation, List.of());
    }
    if (!ours.allowed()) {
      return Comparison.of(ComparisonResult.SAME);
    }
    JsonNode here = own(pod, ours);
    JsonNode there = theirs.applyTo(pod);
    evenOut(here);
    evenOut(there);
    List<Difference> differences = PodDifferences.between(here, there);
    if (differences.isEmpty()) {
      return Comparison.of(ours.changes() ? ComparisonResult.SAME : ComparisonResult.UNCHANGED);
    }
    boolean onlyOrder =
        differences.stream().allMatch(difference -> difference.kind() == Kind.ORDER);
    return new Comparison(
        onlyOrder ? ComparisonResult.ORDER : ComparisonResult.DIFFERENT, "", differences);
  }

  private static JsonNode own(JsonNode pod, ReviewAnswer ours) {
    try {
      return ours.applyTo(pod);
    } catch (UnusableAnswerException e) {
      throw new IllegalStateException("a patch of this webhook does not fit the pod", e);
    }
  }

  /** Gives a lifetime that may be random its longest value. */
  private void evenOut(JsonNode pod) {
    for (JsonNode volume : pod.path("spec").path("volumes")) {
      if (volume.path("name").asText().equals(token.volume())) {
        for (JsonNode source : volume.path("projected").path("sources")) {
          if (source.path("serviceAccountToken") instanceof ObjectNode projected
              && isContainerToken(projected)) {
            projected.put(EXPIRATION, Injector.DAY_SECONDS);
          }
        }
      }
    }
  }

  private boolean isContainerToken(ObjectNode projected) {
    JsonNode seconds = projected.path(EXPIRATION);
    return projected.path("path").asText().equals(token.path())
        && projected.path("audience").asText().equals(token.audience())
        && seconds.isIntegralNumber()
        && seconds.asLong() >= Injector.SHORTEST_DAY_SECONDS
        && seconds.asLong() <= Injector.DAY_SECONDS;
  }
}
