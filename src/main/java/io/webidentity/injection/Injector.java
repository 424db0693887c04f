package io.webidentity.injection;

import static io.webidentity.injection.Annotation.Holder.POD;

import io.webidentity.jsonpatch.JsonValue;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Decides what a pod needs (sections 1 and 3 to 7 of the contract). Immutable, and free of anything
 * but its arguments: the same pod and identity give the same decision.
 */
public final class Injector {
  private final AnnotationKeys keys;
  private final CredentialMethod method;
  private final VariableGroup region;

  /** An injector with these settings. */
  public Injector(InjectionSettings settings) {
    this.keys = new AnnotationKeys(settings.annotationPrefix());
    this.method = CredentialMethod.webIdentity(settings.tokenMountPath());
    this.region = region(settings.defaultRegion());
  }

  /**
   * Whether a pod is left as it is, whoever it runs as.
   *
   * <table>
   * <caption>First match wins</caption>
   * <tr><th>the pod</th><th>reason</th></tr>
   * <tr><td>has the label {@code eks.amazonaws.com/skip-pod-identity-webhook} or {@code
   * <prefix>/skip-pod-identity-webhook}, whatever the value</td><td>{@code opted_out}</td></tr>
   * <tr><td>has the annotation {@code kubernetes.io/config.mirror}, whatever the value</td>
   * <td>{@code mirror_pod}</td></tr>
   * <tr><td>has no {@code spec.serviceAccountName}</td><td>{@code no_service_account}; the last one
   * on purpose, as a manifest before admission may leave the name to the API server</td></tr>
   * </table>
   */
  public Optional<Decision.Skip> skipBeforeIdentity(Pod pod) {
    if (pod.metadata().skipLabel()) {
      return Optional.of(new Decision.Skip(Reason.OPTED_OUT, List.of()));
    }
    if (pod.metadata().mirror()) {
      return Optional.of(new Decision.Skip(Reason.MIRROR_POD, List.of()));
    }
    if (pod.serviceAccountName().isEmpty()) {
      return Optional.of(new Decision.Skip(Reason.NO_SERVICE_ACCOUNT, List.of()));
    }
    return Optional.empty();
  }

  /** What a pod needs to act as this identity. */
  public Decision decide(Pod pod, Identity identity) {
    PodInjection injection = new PodInjection(method, pod, identity.findings());
    injection.addVolume(token(pod, identity.token(), injection));
    injection.addToContainers(groups(pod, identity), skipped(pod, injection));
    return injection.decision();
  }

  private TokenRequest token(Pod pod, TokenRequest fallback, PodInjection injection) {
    String value = pod.metadata().tokenExpiration();
    if (value == null) {
      return fallback;
    }
    return switch (TokenExpiration.parse(new Annotation(POD, keys.tokenExpiration(), value))) {
      case TokenExpiration.Lifetime(long seconds) -> new TokenRequest(fallback.audience(), seconds);
      case TokenExpiration.Ignored(Finding finding) -> {
        injection.report(finding);
        yield fallback;
      }
    };
  }

  private Set<String> skipped(Pod pod, PodInjection injection) {
    String value = pod.metadata().skipContainers();
    if (value == null) {
      return Set.of();
    }
    SkipContainers skip = SkipContainers.parse(new Annotation(POD, keys.skipContainers(), value));
    skip.finding().ifPresent(injection::report);
    return skip.names();
  }

  /** Variables in the order in which they are added. */
  private List<VariableGroup> groups(Pod pod, Identity identity) {
    Map<SdkVariable, String> credentials = new EnumMap<>(SdkVariable.class);
    credentials.put(method.source(), identity.role().value());
    credentials.put(method.tokenFile(), method.tokenFilePath(pod.spec().placement().windows()));
    VariableGroup given = VariableGroup.of(credentials);
    List<VariableGroup> groups = new ArrayList<>();
    groups.add(endpoints(identity.endpoints()));
    groups.add(region);
    groups.add(given);
    groups.addAll(session(identity.session(), given));
    return groups;
  }

  /**
   * What belongs to the credentials, after everything that the reference adds: a container that has
   * credentials from elsewhere, or from an earlier injection, is told nothing about their use.
   */
  private static List<VariableGroup> session(SdkSession session, VariableGroup credentials) {
    List<VariableGroup> groups = new ArrayList<>();
    session
        .name()
        .map(Injector::member)
        .ifPresent(name ->
            groups.add(VariableGroup.with(credentials, SdkVariable.ROLE_SESSION_NAME, name)));
    session
        .stsEndpoint()
        .map(url -> VariableGroup.text(url.value()))
        .ifPresent(
            url -> groups.add(VariableGroup.with(credentials, SdkVariable.ENDPOINT_URL_STS, url)));
    session
        .endpoint()
        .map(url -> VariableGroup.text(url.value()))
        .ifPresent(
            url -> groups.add(VariableGroup.with(credentials, SdkVariable.ENDPOINT_URL, url)));
    return groups;
  }

  private static JsonValue.Member member(SessionName name) {
    return switch (name) {
      case SessionName.Text(String text) -> VariableGroup.text(text);
      case SessionName.PodUid() -> VariableGroup.podField("metadata.uid");
    };
  }

  private static VariableGroup endpoints(StsEndpoints endpoints) {
    return switch (endpoints) {
      case REGIONAL -> VariableGroup.of(Map.of(SdkVariable.STS_REGIONAL_ENDPOINTS, "regional"));
      case SDK_DEFAULT -> VariableGroup.withoutValues(Set.of(SdkVariable.STS_REGIONAL_ENDPOINTS));
    };
  }

  private static VariableGroup region(Optional<String> defaultRegion) {
    if (defaultRegion.isEmpty()) {
      return VariableGroup.withoutValues(Set.of(SdkVariable.DEFAULT_REGION, SdkVariable.REGION));
    }
    Map<SdkVariable, String> values = new EnumMap<>(SdkVariable.class);
    values.put(SdkVariable.DEFAULT_REGION, defaultRegion.get());
    values.put(SdkVariable.REGION, defaultRegion.get());
    return VariableGroup.of(values);
  }
}
