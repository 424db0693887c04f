package io.webidentity.injection;

import static io.webidentity.injection.Annotation.Holder.POD;

import io.webidentity.aws.RoleArn;
import io.webidentity.jsonpatch.JsonValue;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Decides what a pod needs (sections 1 and 3 to 7 of the contract). Immutable, and free of anything
 * but its arguments: the same pod and identity give the same decision, but for the lifetime of
 * tokens that {@link Jitter} spreads.
 */
public final class Injector {
  /** The API server's usual lifetime of a token, seconds: what most pods of a node would share. */
  public static final long DAY_SECONDS = 86_400;

  /** With this as its shortest, tokens made together are renewed over two hours, as on EKS. */
  public static final long SHORTEST_DAY_SECONDS = 79_200;

  private static final VariableGroup NO_REGION =
      VariableGroup.withoutValues(Set.of(SdkVariable.DEFAULT_REGION, SdkVariable.REGION));

  private final AnnotationKeys keys;
  private final CredentialMethod webIdentity;
  private final CredentialMethod container;
  private final String fullUri;
  private final Jitter jitter;

  /** An injector with these settings. */
  public Injector(InjectionSettings settings, Jitter jitter) {
    this.keys = new AnnotationKeys(settings.annotationPrefix());
    this.webIdentity = CredentialMethod.webIdentity(settings.tokenMountPath());
    this.container = CredentialMethod.container(settings.containerCredentials());
    this.fullUri = settings.containerCredentials().fullUri();
    this.jitter = jitter;
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
    if (pod.metadata().labels().skip()) {
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

  /**
   * What containers need that are added to a running pod. No identity is asked for: what they get
   * is what the pod has, so that they cannot do more than it.
   */
  public Decision decide(EphemeralContainers added) {
    return skipBeforeIdentity(added.pod())
        .<Decision>map(skip -> skip)
        .orElseGet(() -> new EphemeralInjection(methods(), keys, added).decision());
  }

  /** In the order in which SDKs look for them. */
  private List<CredentialMethod> methods() {
    return List.of(webIdentity, container);
  }

  /** What a pod needs to act as this identity. */
  public Decision decide(Pod pod, Identity identity) {
    CredentialMethod method =
        switch (identity.credentials()) {
          case Credentials.WebIdentity _ -> webIdentity;
          case Credentials.Container() -> container;
        };
    CredentialMethod other = method.equals(webIdentity) ? container : webIdentity;
    List<Pod.Volume> volumes = pod.spec().volumes();
    if (TokenVolume.of(method, volumes).isNew() && !TokenVolume.of(other, volumes).isNew()) {
      return new Decision.Skip(Reason.OTHER_METHOD, findings(pod, identity.findings()));
    }
    PodInjection injection = new PodInjection(method, pod, findings(pod, identity.findings()));
    injection.addVolume(token(pod, identity, injection));
    injection.addLabel();
    injection.addToContainers(groups(pod, method, identity), choice(pod, injection));
    return injection.decision();
  }

  /**
   * What becomes of a pod without identity.
   *
   * @param reason why it has none
   * @param findings what was surprising while it was looked for
   */
  public Decision.Skip withoutIdentity(Pod pod, Reason reason, List<Finding> findings) {
    List<Finding> all = findings(pod, findings);
    String role = pod.metadata().kube2iamRole();
    if (role != null && reason == Reason.NO_ROLE) {
      all = new ArrayList<>(all);
      all.add(
          Finding.of(
              Reason.ROLE_OF_KIAM,
              new Annotation(POD, UnreadAnnotations.KUBE2IAM_ROLE, role),
              keys.roleArn()));
    }
    return new Decision.Skip(reason, all);
  }

  /** Those of nearly every pod are the others alone. */
  private static List<Finding> findings(Pod pod, List<Finding> more) {
    if (pod.metadata().unread().isEmpty()) {
      return more;
    }
    List<Finding> findings = new ArrayList<>(pod.metadata().unread());
    findings.addAll(more);
    return findings;
  }

  private TokenRequest token(Pod pod, Identity identity, PodInjection injection) {
    TokenRequest asked = asked(pod, identity.token(), injection);
    boolean spread =
        identity.credentials() instanceof Credentials.Container
            && asked.expirationSeconds() == DAY_SECONDS;
    return spread
        ? new TokenRequest(asked.audience(), jitter.between(SHORTEST_DAY_SECONDS, DAY_SECONDS))
        : asked;
  }

  private TokenRequest asked(Pod pod, TokenRequest fallback, PodInjection injection) {
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

  private ContainerChoice choice(Pod pod, PodInjection injection) {
    ContainerChoice choice = ContainerChoice.of(pod.metadata(), keys, injection::report);
    String included = pod.metadata().includeContainers();
    if (included != null && choice.includesNoneOf(pod.spec().containerNames())) {
      injection.report(
          Finding.of(
              Reason.INCLUDE_CONTAINERS_UNMATCHED,
              new Annotation(POD, keys.includeContainers(), included)));
    }
    return choice;
  }

  /** Variables in the order in which they are added. */
  private List<VariableGroup> groups(Pod pod, CredentialMethod method, Identity identity) {
    Map<SdkVariable, String> credentials = new EnumMap<>(SdkVariable.class);
    credentials.put(method.source(), identity.role().map(RoleArn::value).orElse(fullUri));
    credentials.put(method.tokenFile(), method.tokenFilePath(pod.spec().placement().windows()));
    VariableGroup given = VariableGroup.of(credentials);
    List<VariableGroup> groups = new ArrayList<>();
    groups.add(endpoints(identity.endpoints()));
    groups.add(region(identity.region()));
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
      case SessionName.PodUid() -> VariableGroup.podField(VariableGroup.POD_UID);
    };
  }

  private static VariableGroup endpoints(StsEndpoints endpoints) {
    return switch (endpoints) {
      case REGIONAL -> VariableGroup.of(Map.of(SdkVariable.STS_REGIONAL_ENDPOINTS, "regional"));
      case SDK_DEFAULT -> VariableGroup.withoutValues(Set.of(SdkVariable.STS_REGIONAL_ENDPOINTS));
    };
  }

  private static VariableGroup region(Optional<String> region) {
    if (region.isEmpty()) {
      return NO_REGION;
    }
    Map<SdkVariable, String> values = new EnumMap<>(SdkVariable.class);
    values.put(SdkVariable.DEFAULT_REGION, region.get());
    values.put(SdkVariable.REGION, region.get());
    return VariableGroup.of(values);
  }
}
