package io.webidentity.policy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.webidentity.aws.BaseRoleArn;
import io.webidentity.aws.RoleArn;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The annotations by which Namespaces of kube2iam and kiam say which roles their pods may have,
 * each with the audience and the STS server of the flags. One that allows the role is enough; what
 * cannot be read allows nothing.
 *
 * <table>
 * <caption>What they are</caption>
 * <tr><td>{@value #ALLOWED_ROLES}</td><td>kube2iam's: a JSON array of roles, names or ARNs, in
 * which {@code *} is any part; here it never crosses a colon</td></tr>
 * <tr><td>{@value #PERMITTED}</td><td>kiam's: a regular expression, for the role's ARN or its
 * name</td></tr>
 * </table>
 *
 * <p>Names without an ARN are those of the {@link BaseRoleArn}; where there is none they match no
 * role, as the same name exists in every account.
 */
public final class NamespaceAnnotations {
  /** kube2iam's annotation. */
  public static final String ALLOWED_ROLES = "iam.amazonaws.com/allowed-roles";

  /** kiam's annotation. */
  public static final String PERMITTED = "iam.amazonaws.com/permitted";

  /** Both. */
  public static final List<String> KEYS = List.of(ALLOWED_ROLES, PERMITTED);

  /** Characters; every one may be looked at for every character of a role. */
  private static final int LONGEST_LIST = 8_192;

  private static final JsonFactory JSON = new JsonFactory();

  private final Optional<BaseRoleArn> base;

  /** Reads names of roles as those of this base. */
  public NamespaceAnnotations(Optional<BaseRoleArn> base) {
    this.base = base;
  }

  Verdict evaluate(NamespaceMetadata namespace, IdentityClaim claim, PolicyDefaults defaults) {
    if (Collections.disjoint(namespace.annotations().keySet(), KEYS)) {
      return denied("no rule is for this namespace, and no annotation of it allows roles");
    }
    String because = "the namespace's annotations do not allow it";
    for (String key : KEYS) {
      try {
        if (allows(key, namespace.annotations().getOrDefault(key, ""), claim.role())) {
          return allowed(key, claim, defaults);
        }
      } catch (InvalidPolicyException e) {
        because = "the namespace's annotation " + key + " " + e.getMessage();
      }
    }
    return denied(because);
  }

  private boolean allows(String key, String value, RoleArn role) throws InvalidPolicyException {
    if (value.isEmpty()) {
      return false;
    }
    return key.equals(ALLOWED_ROLES) ? listed(value, role) : matches(value, role);
  }

  private static Verdict allowed(String key, IdentityClaim claim, PolicyDefaults defaults) {
    String by = "annotation " + key;
    return Permissions.ofRoles(List.of())
        .firstDeniedBesideRole(claim, defaults)
        .<Verdict>map(aspect -> new Verdict.Denied(aspect, by + " does not allow it"))
        .orElseGet(() -> new Verdict.Allowed(by));
  }

  private static Verdict denied(String because) {
    return new Verdict.Denied(Aspect.ROLE, because);
  }

  private boolean listed(String json, RoleArn role) throws InvalidPolicyException {
    return roles(json).stream()
        .flatMap(name -> pattern(name).stream())
        .anyMatch(p -> p.matches(role));
  }

  private Optional<RolePattern> pattern(String name) {
    return name.toLowerCase(Locale.ROOT).startsWith("arn:")
        ? Optional.of(RolePattern.acrossFolders(name))
        : base.map(prefix -> RolePattern.acrossFolders(prefix.value() + name));
  }

  private boolean matches(String text, RoleArn role) throws InvalidPolicyException {
    PermittedExpression expression = PermittedExpression.of(text);
    if (!role.wellFormed() || !RolePattern.canBeMeantByWildcard(role)) {
      return false;
    }
    return expression.matches(role.value())
        || base.flatMap(prefix -> prefix.nameOf(role)).filter(expression::matches).isPresent();
  }

  private static List<String> roles(String json) throws InvalidPolicyException {
    if (json.length() > LONGEST_LIST) {
      throw new InvalidPolicyException("is too large");
    }
    List<String> roles = new ArrayList<>();
    try (JsonParser parser = JSON.createParser(json)) {
      boolean array = parser.nextToken() == JsonToken.START_ARRAY;
      while (array && parser.nextToken() == JsonToken.VALUE_STRING) {
        roles.add(parser.getText());
      }
      if (array && parser.currentToken() == JsonToken.END_ARRAY && parser.nextToken() == null) {
        return roles;
      }
    } catch (IOException _) {
      // Said below, as for JSON that is no array: Jackson's own words are for programmers.
    }
    throw new InvalidPolicyException("is not a JSON array of strings");
  }
}
