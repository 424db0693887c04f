package io.webidentity.injection;

import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What pods call their sessions, with places for what differs between them.
 *
 * <table>
 * <caption>Places</caption>
 * <tr><td>{@code {namespace}}</td><td>the pod's namespace</td></tr>
 * <tr><td>{@code {service-account}}</td><td>the name of its account</td></tr>
 * <tr><td>{@code {cluster}}</td><td>the name of the cluster</td></tr>
 * <tr><td>{@code {pod-uid}}</td><td>its uid; only alone, as the webhook does not know it</td></tr>
 * </table>
 *
 * All other braces are a mistake: STS does not take them.
 *
 * @param text the template as it is written
 */
public record SessionNameTemplate(String text) {
  private static final String NAMESPACE = "{namespace}";
  private static final String SERVICE_ACCOUNT = "{service-account}";
  private static final String CLUSTER = "{cluster}";
  private static final String POD_UID = "{pod-uid}";

  private static final Pattern PLACE = Pattern.compile("\\{(?:namespace|service-account|cluster)}");

  /**
   * Checks the text.
   *
   * @throws IllegalArgumentException if it is not a template
   */
  public SessionNameTemplate {
    if (!isValid(text)) {
      throw new IllegalArgumentException("not a template of session names: " + text);
    }
  }

  /** The template that is written; empty if none is. */
  public static Optional<SessionNameTemplate> of(String text) {
    return isValid(text) ? Optional.of(new SessionNameTemplate(text)) : Optional.empty();
  }

  /** Whether {@link Values#cluster} has to be known. */
  public boolean namesCluster() {
    return text.contains(CLUSTER);
  }

  /**
   * The name of a pod's sessions.
   *
   * @throws IllegalArgumentException if the cluster's name is needed and not known
   */
  public SessionName fill(Values values) {
    if (text.equals(POD_UID)) {
      return new SessionName.PodUid();
    }
    return SessionName.closestTo(
        PLACE.matcher(text).replaceAll(place -> Matcher.quoteReplacement(value(place, values))));
  }

  private static String value(MatchResult place, Values values) {
    return switch (place.group()) {
      case NAMESPACE -> values.namespace();
      case SERVICE_ACCOUNT -> values.serviceAccount();
      default ->
          values
              .cluster()
              .orElseThrow(() -> new IllegalArgumentException("the cluster has no name"));
    };
  }

  private static boolean isValid(String text) {
    if (text.isEmpty()) {
      return false;
    }
    String literal = PLACE.matcher(text).replaceAll("");
    return text.equals(POD_UID) || (literal.indexOf('{') < 0 && literal.indexOf('}') < 0);
  }

  /**
   * What is known of a pod.
   *
   * @param namespace its namespace
   * @param serviceAccount the name of its account
   * @param cluster the name of the cluster, where the webhook was told
   */
  public record Values(String namespace, String serviceAccount, Optional<String> cluster) {}
}
