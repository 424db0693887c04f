package io.webidentity.identity;

import io.webidentity.config.IdentitySettings;
import io.webidentity.injection.Annotation;
import io.webidentity.injection.AnnotationKeys;
import io.webidentity.injection.Finding;
import io.webidentity.injection.GoBoolean;
import io.webidentity.injection.Identity;
import io.webidentity.injection.Reason;
import io.webidentity.injection.RoleArn;
import io.webidentity.injection.SdkSession;
import io.webidentity.injection.SessionSettings;
import io.webidentity.injection.StsEndpoints;
import io.webidentity.injection.TokenExpiration;
import io.webidentity.injection.TokenRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes an identity of a ServiceAccount's annotations and, where they do not say, of the flags
 * (contract, section 2). Pure.
 *
 * <table>
 * <caption>Precedence</caption>
 * <tr><th>setting</th><th>annotation</th><th>result</th><th>finding</th></tr>
 * <tr><td rowspan="5">role</td><td>absent or empty</td><td>no identity</td><td></td></tr>
 * <tr><td>only blanks</td><td>no identity</td><td>{@code role_arn_blanks}</td></tr>
 * <tr><td>blanks around</td><td>without them</td><td>{@code role_arn_blanks}</td></tr>
 * <tr><td>not an ARN</td><td>as it is</td><td>{@code role_arn_malformed}</td></tr>
 * <tr><td>an ARN</td><td>as it is</td><td></td></tr>
 * <tr><td rowspan="3">audience</td><td>absent</td><td>flag</td><td></td></tr>
 * <tr><td>empty</td><td>flag</td><td>{@code audience_empty}</td></tr>
 * <tr><td>anything else</td><td>as it is</td><td></td></tr>
 * <tr><td rowspan="5">token expiration</td><td>absent</td><td>flag</td><td></td></tr>
 * <tr><td>below 600</td><td>600</td><td></td></tr>
 * <tr><td>600 to 2^32</td><td>as it is</td><td></td></tr>
 * <tr><td>above 2^32</td><td>flag</td><td>{@code token_expiration_too_large}</td></tr>
 * <tr><td>not an integer</td><td>flag</td><td>{@code token_expiration_invalid}</td></tr>
 * <tr><td rowspan="3">STS regional endpoints</td><td>absent</td><td>flag</td><td></td></tr>
 * <tr><td>a boolean of Go's</td><td>as it is</td><td></td></tr>
 * <tr><td>anything else</td><td>flag</td>
 * <td>{@code sts_regional_endpoints_invalid}</td></tr>
 * </table>
 *
 * <p>How sessions are opened is decided by {@link SessionResolver}. Without an identity, the other
 * settings are not looked at: nothing depends on them.
 */
public final class IdentityResolver {
  private final IdentitySettings settings;
  private final AnnotationKeys keys;

  private final SessionResolver sessions;

  /** Resolves with these settings. */
  public IdentityResolver(IdentitySettings settings, SessionSettings sessions) {
    this.settings = settings;
    this.keys = new AnnotationKeys(settings.annotationPrefix());
    this.sessions = new SessionResolver(sessions, keys);
  }

  /** The identity that these annotations give to pods of the account. */
  public Resolution resolve(AccountKey account, AccountAnnotations annotations) {
    List<Finding> findings = new ArrayList<>();
    Optional<RoleArn> role = role(annotations.roleArn(), findings);
    if (role.isEmpty()) {
      return new Resolution.None(Reason.NO_ROLE, findings);
    }
    TokenRequest token =
        new TokenRequest(
            audience(annotations.audience(), findings),
            expiration(annotations.tokenExpiration(), findings));
    StsEndpoints endpoints = endpoints(annotations.stsRegionalEndpoints(), findings);
    SdkSession session = sessions.resolve(account, annotations.session(), findings);
    return new Resolution.Resolved(new Identity(role.get(), token, endpoints, session, findings));
  }

  private Optional<RoleArn> role(@Nullable String value, List<Finding> findings) {
    if (value == null || value.isEmpty()) {
      return Optional.empty();
    }
    Annotation annotation = annotation(keys.roleArn(), value);
    Optional<RoleArn> role = RoleArn.of(value);
    if (role.isEmpty() || !role.get().value().equals(value)) {
      findings.add(Finding.roleArnBlanks(annotation));
    }
    if (role.isPresent() && !role.get().wellFormed()) {
      findings.add(Finding.roleArnMalformed(annotation));
    }
    return role;
  }

  private String audience(@Nullable String value, List<Finding> findings) {
    if (value == null) {
      return settings.audience();
    }
    if (value.isEmpty()) {
      findings.add(Finding.audienceEmpty(annotation(keys.audience(), value), settings.audience()));
      return settings.audience();
    }
    return value;
  }

  private long expiration(@Nullable String value, List<Finding> findings) {
    if (value == null) {
      return settings.tokenExpirationSeconds();
    }
    return switch (TokenExpiration.parse(annotation(keys.tokenExpiration(), value))) {
      case TokenExpiration.Lifetime(long seconds) -> seconds;
      case TokenExpiration.Ignored(Finding finding) -> {
        findings.add(finding);
        yield settings.tokenExpirationSeconds();
      }
    };
  }

  private StsEndpoints endpoints(@Nullable String value, List<Finding> findings) {
    boolean regional = settings.regionalSts();
    if (value != null) {
      Optional<Boolean> written = GoBoolean.parse(value);
      if (written.isEmpty()) {
        Annotation annotation = annotation(keys.stsRegionalEndpoints(), value);
        findings.add(Finding.stsRegionalEndpointsInvalid(annotation));
      }
      regional = written.orElse(regional);
    }
    return regional ? StsEndpoints.REGIONAL : StsEndpoints.SDK_DEFAULT;
  }

  private static Annotation annotation(String key, String value) {
    return new Annotation(Annotation.Holder.SERVICE_ACCOUNT, key, value);
  }
}
