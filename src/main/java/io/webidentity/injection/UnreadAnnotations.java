package io.webidentity.injection;

import static io.webidentity.injection.Annotation.Holder.NAMESPACE;
import static io.webidentity.injection.Annotation.Holder.POD;
import static io.webidentity.injection.Annotation.Holder.POD_LABEL;
import static io.webidentity.injection.Annotation.Holder.SERVICE_ACCOUNT;

import io.webidentity.injection.Annotation.Holder;
import io.webidentity.text.NearestName;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Annotations and labels that look as if they decided, where nothing reads them: known ones on the
 * wrong object, and names that are nearly known ones. Only names with the configured prefix count,
 * and the annotation of kube2iam and kiam; nobody else's.
 */
public final class UnreadAnnotations {
  /** The annotation of pods that kube2iam and kiam read: a role. */
  public static final String KUBE2IAM_ROLE = "iam.amazonaws.com/role";

  /** The most that is told of one object, and a bound on what its names cost. */
  public static final int MOST = 8;

  /** What people call a list of containers that get nothing; nearer to that of the others. */
  private static final Set<String> SKIP_NAMES =
      Set.of(
          "exclude-containers", "excluded-containers", "ignore-containers", "ignored-containers");

  /** What people call the role, too far from its name to be found by spelling. */
  private static final Set<String> ROLE_NAMES = Set.of("role", "iam-role", "iam-role-arn", "arn");

  private static final Set<Holder> OBJECTS = EnumSet.of(SERVICE_ACCOUNT, NAMESPACE);

  private final AnnotationKeys keys;
  private final String prefix;

  /** Those with the prefix of these names. */
  public UnreadAnnotations(AnnotationKeys keys) {
    this.keys = keys;
    this.prefix = keys.roleArn().substring(0, keys.roleArn().indexOf('/') + 1);
  }

  /** Whether {@link #find} may find something: what most names are asked, and nothing more. */
  boolean concerns(String key) {
    return key.startsWith(prefix);
  }

  /** What is wrong with an annotation or label; empty if it is read there, or nobody's business. */
  public Optional<Finding> find(Annotation annotation) {
    String key = annotation.key();
    if (!concerns(key)) {
      return annotation.holder() == SERVICE_ACCOUNT && key.equals(KUBE2IAM_ROLE)
          ? Optional.of(misspelt(annotation, keys.roleArn()))
          : Optional.empty();
    }
    Set<Holder> right = readers(key);
    if (annotation.holder() == POD_LABEL && !right.equals(EnumSet.of(POD))) {
      // Labels are for any purpose; only those that were to leave something out are surely meant.
      return right.isEmpty() && isNear(key, keys.skipLabel())
          ? Optional.of(misspelt(annotation, keys.skipLabel()))
          : Optional.empty();
    }
    if (right.isEmpty()) {
      return near(key).map(name -> misspelt(annotation, name));
    }
    return right.contains(annotation.holder())
        ? Optional.empty()
        : Optional.of(
            Finding.of(
                Reason.ANNOTATION_MISPLACED,
                annotation,
                (right.contains(SERVICE_ACCOUNT) ? SERVICE_ACCOUNT : right.iterator().next())
                    .noun()));
  }

  /** Who reads this name; nobody if it is none. */
  private Set<Holder> readers(String key) {
    if (settings().contains(key)) {
      return OBJECTS;
    }
    if (key.equals(keys.tokenExpiration())) {
      return EnumSet.of(POD, SERVICE_ACCOUNT, NAMESPACE);
    }
    if (key.equals(keys.skipContainers()) || key.equals(keys.includeContainers())) {
      return EnumSet.of(POD);
    }
    return key.equals(keys.skipLabel()) ? EnumSet.of(POD_LABEL) : Set.of();
  }

  private List<String> settings() {
    return List.of(
        keys.roleArn(),
        keys.audience(),
        keys.stsRegionalEndpoints(),
        keys.roleSessionName(),
        keys.stsEndpointUrl(),
        keys.endpointUrl(),
        keys.region());
  }

  private static Finding misspelt(Annotation annotation, String meant) {
    return Finding.of(Reason.ANNOTATION_MISSPELT, annotation, meant);
  }

  private boolean isNear(String key, String name) {
    return NearestName.of(name(key), List.of(name(name))).isPresent();
  }

  private Optional<String> near(String key) {
    String name = name(key);
    if (ROLE_NAMES.contains(name)) {
      return Optional.of(keys.roleArn());
    }
    return SKIP_NAMES.contains(name)
        ? Optional.of(keys.skipContainers())
        : NearestName.of(name, names()).map(nearest -> prefix + nearest);
  }

  private String name(String key) {
    return key.substring(prefix.length()).toLowerCase(Locale.ROOT);
  }

  /** Those that are long enough for a near one to be no word of its own. */
  private List<String> names() {
    return Stream.concat(
            settings().stream().filter(key -> !key.equals(keys.region())),
            Stream.of(
                keys.tokenExpiration(),
                keys.skipContainers(),
                keys.includeContainers(),
                keys.skipLabel()))
        .map(this::name)
        .toList();
  }
}
