package io.webidentity.identity;

import io.webidentity.account.AccountKey;
import io.webidentity.account.IdentityAnnotations;
import io.webidentity.aws.EndpointUrl;
import io.webidentity.identity.SettingLayers.Read;
import io.webidentity.injection.Annotation;
import io.webidentity.injection.AnnotationKeys;
import io.webidentity.injection.Finding;
import io.webidentity.injection.Reason;
import io.webidentity.injection.SdkSession;
import io.webidentity.injection.SessionName;
import io.webidentity.injection.SessionNameTemplate;
import io.webidentity.injection.SessionSettings;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Decides how SDKs open sessions, by annotations and, where they do not say, by the flags: see
 * docs/contract.md, "Which identity". Pure.
 */
final class SessionResolver {
  private final SessionSettings settings;
  private final AnnotationKeys keys;

  SessionResolver(SessionSettings settings, AnnotationKeys keys) {
    this.settings = settings;
    this.keys = keys;
  }

  /** What pods of this account are told; what was surprising is added to the trail. */
  SdkSession resolve(AccountKey account, SettingLayers layers, Trail trail) {
    SessionNameTemplate.Values values =
        new SessionNameTemplate.Values(account.namespace(), account.name(), settings.clusterName());
    Optional<SessionName> name =
        layers
            .find(
                keys.roleSessionName(),
                annotations -> annotations.session().roleSessionName(),
                this::template,
                settings.name(),
                trail)
            .map(template -> template.fill(values));
    return new SdkSession(
        name,
        endpoint(
            layers,
            keys.stsEndpointUrl(),
            annotations -> annotations.session().stsEndpointUrl(),
            settings.stsEndpoint(),
            trail),
        serviceEndpoint(layers, trail));
  }

  /** What pods of this account are told that open no session of a role. */
  SdkSession withoutRole(SettingLayers layers, Trail trail) {
    return new SdkSession(Optional.empty(), Optional.empty(), serviceEndpoint(layers, trail));
  }

  private Optional<EndpointUrl> serviceEndpoint(SettingLayers layers, Trail trail) {
    return endpoint(
        layers,
        keys.endpointUrl(),
        annotations -> annotations.session().endpointUrl(),
        settings.endpoint(),
        trail);
  }

  private Read<Optional<SessionNameTemplate>> template(Annotation annotation) {
    if (annotation.value().isEmpty()) {
      return new Read.Valid<>(Optional.empty());
    }
    Optional<SessionNameTemplate> template = SessionNameTemplate.of(annotation.value());
    if (template.isEmpty()) {
      return new Read.Ignored<>(Finding.of(Reason.ROLE_SESSION_NAME_INVALID, annotation));
    }
    return template.get().namesCluster() && settings.clusterName().isEmpty()
        ? new Read.Ignored<>(Finding.of(Reason.CLUSTER_NAME_MISSING, annotation))
        : new Read.Valid<>(template);
  }

  private static Optional<EndpointUrl> endpoint(
      SettingLayers layers,
      String key,
      Function<IdentityAnnotations, @Nullable String> value,
      Optional<EndpointUrl> flag,
      Trail trail) {
    return layers.find(key, value, SessionResolver::url, flag, trail);
  }

  private static Read<Optional<EndpointUrl>> url(Annotation annotation) {
    if (annotation.value().isEmpty()) {
      return new Read.Valid<>(Optional.empty());
    }
    Optional<EndpointUrl> url = EndpointUrl.of(annotation.value());
    return url.isEmpty()
        ? new Read.Ignored<>(Finding.of(Reason.ENDPOINT_URL_INVALID, annotation))
        : new Read.Valid<>(url);
  }
}
