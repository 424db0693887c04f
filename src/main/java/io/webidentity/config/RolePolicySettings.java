package io.webidentity.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Who may use which role.
 *
 * @param location where the role policy is
 * @param namespaceAnnotations whether annotations of Namespaces allow roles where no rule is for
 *     the Namespace
 * @param baseRoleArn what stands before names of roles in those annotations, such as {@code
 *     arn:aws:iam::111122223333:role/}
 */
public record RolePolicySettings(
    Location location, boolean namespaceAnnotations, Optional<String> baseRoleArn) {
  /** Every role is allowed. */
  public static final RolePolicySettings NONE =
      new RolePolicySettings(new Location.Nowhere(), false, Optional.empty());

  /** Where a role policy is. */
  public sealed interface Location {
    /** There is none. */
    record Nowhere() implements Location {}

    /** In a file. */
    record InFile(Path file) implements Location {}

    /** In a ConfigMap. */
    record InConfigMap(String namespace, String name) implements Location {}
  }
}
