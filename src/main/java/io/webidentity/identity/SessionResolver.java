package io.webidentity.identity;

import io.webidentity.injection.Annotation;
import io.webidentity.injection.AnnotationKeys;
import io.webidentity.injection.EndpointUrl;
import io.webidentity.injection.Finding;
import io.webidentity.injection.SdkSession;
import io.webidentity.injection.SessionName;
import io.webidentity.injection.SessionNameTemplate;
import io.webidentity.injection.SessionSettings;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides how SDKs are told to open sessions, by a ServiceAccount's annotations and, where they do
 * not say, by the flags. Pure.
 *
 * <table>
 * <caption>Precedence, for each of the three settings</caption>
 * <tr><th>annotation</th><th>result</th><th>finding</th></tr>
 * <tr><td>absent</td><td>flag</td><td></td></tr>
 * <tr><td>empty</td><td>nothing, whatever the flag: the one way for an account to be without</td>
 * <td></td></tr>
 * <tr><td>a template, a URL</td><td>as it is</td><td></td></tr>
 * <tr><td>no template</td><td>flag</td><td>{@code role_session_name_invalid}</td></tr>
 * <tr><td>a template with {@code {cluster}}, of a cluster without a name</td><td>flag</td>
 * <td>{@code cluster_name_missing}</td></tr>
 * <tr><td>no URL of an endpoint</td><td>flag</td><td>{@code endpoint_url_invalid}</td></tr>
 * </table>
 */
final class SessionResolver {
  private final SessionSettings settings;
  private final AnnotationKeys keys;

  SessionResolver(SessionSettings settings, AnnotationKeys keys) {
    this.settings = settings;
    this.keys = keys;
  }

  /** What pods of this account are told; what was surprising is added to the findings. */
  SdkSession resolve(AccountKey account, SessionAnnotations annotations, List<Finding> findings) {
    Optional<SessionName> name =
        template(annotations.roleSessionName(), findings)
            .map(template -> template.fill(values(account)));
    Optional<EndpointUrl> sts =
        endpoint(
            keys.stsEndpointUrl(), annotations.stsEndpointUrl(), settings.stsEndpoint(), findings);
    Optional<EndpointUrl> all =
        endpoint(keys.endpointUrl(), annotations.endpointUrl(), settings.endpoint(), findings);
    return new SdkSession(name, sts, all);
  }

  private SessionNameTemplate.Values values(AccountKey account) {
    return new SessionNameTemplate.Values(
        account.namespace(), account.name(), settings.clusterName());
  }

  private Optional<SessionNameTemplate> template(@Nullable String value, List<Finding> findings) {
    if (value == null) {
      return settings.name();
    }
    if (value.isEmpty()) {
      return Optional.empty();
    }
    Optional<SessionNameTemplate> template = SessionNameTemplate.of(value);
    if (template.isEmpty()) {
      findings.add(Finding.roleSessionNameInvalid(annotation(keys.roleSessionName(), value)));
      return settings.name();
    }
    if (template.get().namesCluster() && settings.clusterName().isEmpty()) {
      findings.add(Finding.clusterNameMissing(annotation(keys.roleSessionName(), value)));
      return settings.name();
    }
    return template;
  }

  private static Optional<EndpointUrl> endpoint(
      String key, @Nullable String value, Optional<EndpointUrl> flag, List<Finding> findings) {
    if (value == null) {
      return flag;
    }
    if (value.isEmpty()) {
      return Optional.empty();
    }
    Optional<EndpointUrl> url = EndpointUrl.of(value);
    if (url.isEmpty()) {
      findings.add(Finding.endpointUrlInvalid(annotation(key, value)));
      return flag;
    }
    return url;
  }

  private static Annotation annotation(String key, String value) {
    return new Annotation(Annotation.Holder.SERVICE_ACCOUNT, key, value);
  }
}
