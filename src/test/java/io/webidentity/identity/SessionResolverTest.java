package io.webidentity.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.webidentity.account.AccountKey;
import io.webidentity.account.IdentityAnnotations;
import io.webidentity.account.Namespaces;
import io.webidentity.account.SessionAnnotations;
import io.webidentity.aws.EndpointUrl;
import io.webidentity.config.IdentitySettings;
import io.webidentity.injection.Finding;
import io.webidentity.injection.Identity;
import io.webidentity.injection.Reason;
import io.webidentity.injection.SdkSession;
import io.webidentity.injection.SessionName;
import io.webidentity.injection.SessionNameTemplate;
import io.webidentity.injection.SessionSettings;
import io.webidentity.kubernetes.ObjectLookup;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The table of {@link SessionResolver}, row by row. */
class SessionResolverTest {
  private static final AccountKey ACCOUNT = new AccountKey("shop", "orders");
  private static final String PLACES = "{cluster}_{namespace}.{service-account}";
  private static final SessionSettings NOTHING = SessionSettings.NONE;
  private static final SessionSettings FLAGS =
      new SessionSettings(
          SessionNameTemplate.of("{namespace}"),
          Optional.of("prod"),
          EndpointUrl.of("https://sts.flag"),
          EndpointUrl.of("https://flag"));
  private static final SessionSettings UID =
      new SessionSettings(
          SessionNameTemplate.of("{pod-uid}"),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());

  static Stream<Arguments> names() {
    SessionName byFlag = new SessionName.Text("shop");
    SessionName uid = new SessionName.PodUid();
    List<Reason> invalid = List.of(Reason.ROLE_SESSION_NAME_INVALID);
    List<Reason> noCluster = List.of(Reason.CLUSTER_NAME_MISSING);
    return Stream.of(
        arguments(null, NOTHING, null, List.of()),
        arguments(null, FLAGS, byFlag, List.of()),
        arguments(null, UID, uid, List.of()),
        arguments("", NOTHING, null, List.of()),
        arguments("", FLAGS, null, List.of()),
        arguments("batch", NOTHING, new SessionName.Text("batch"), List.of()),
        arguments("batch", FLAGS, new SessionName.Text("batch"), List.of()),
        arguments("{pod-uid}", FLAGS, uid, List.of()),
        arguments(PLACES, FLAGS, new SessionName.Text("prod_shop.orders"), List.of()),
        arguments(PLACES, NOTHING, null, noCluster),
        arguments(PLACES, UID, uid, noCluster),
        arguments("{pod}", NOTHING, null, invalid),
        arguments("{pod}", FLAGS, byFlag, invalid),
        arguments("{pod-uid}{cluster}", UID, uid, invalid));
  }

  @ParameterizedTest
  @MethodSource("names")
  void the_name_is_the_annotation_else_the_flag(
      @Nullable String annotation,
      SessionSettings flags,
      @Nullable SessionName name,
      List<Reason> findings) {
    Identity identity = resolve(flags, new SessionAnnotations(null, annotation, null, null));

    assertThat(identity.session())
        .isEqualTo(
            new SdkSession(Optional.ofNullable(name), flags.stsEndpoint(), flags.endpoint()));
    assertThat(identity.findings()).extracting(Finding::reason).isEqualTo(findings);
  }

  static Stream<Arguments> endpoints() {
    List<Reason> invalid = List.of(Reason.ENDPOINT_URL_INVALID);
    return Stream.of(
        arguments(null, "https://flag", "https://flag", List.of()),
        arguments(null, null, null, List.of()),
        arguments("", "https://flag", null, List.of()),
        arguments("", null, null, List.of()),
        arguments("http://own:1", "https://flag", "http://own:1", List.of()),
        arguments("http://own:1", null, "http://own:1", List.of()),
        arguments("own:1", "https://flag", "https://flag", invalid),
        arguments(" http://own", null, null, invalid));
  }

  @ParameterizedTest
  @MethodSource("endpoints")
  void each_endpoint_is_its_annotation_else_its_flag(
      @Nullable String annotation,
      @Nullable String flag,
      @Nullable String url,
      List<Reason> findings) {
    SessionSettings sts =
        new SessionSettings(Optional.empty(), Optional.empty(), endpoint(flag), Optional.empty());
    SessionSettings all =
        new SessionSettings(Optional.empty(), Optional.empty(), Optional.empty(), endpoint(flag));

    Identity bySts = resolve(sts, new SessionAnnotations(null, null, annotation, null));
    Identity byAll = resolve(all, new SessionAnnotations(null, null, null, annotation));

    assertThat(bySts.session())
        .isEqualTo(new SdkSession(Optional.empty(), endpoint(url), Optional.empty()));
    assertThat(byAll.session())
        .isEqualTo(new SdkSession(Optional.empty(), Optional.empty(), endpoint(url)));
    assertThat(bySts.findings()).extracting(Finding::reason).isEqualTo(findings);
    assertThat(byAll.findings()).extracting(Finding::reason).isEqualTo(findings);
  }

  @Test
  void every_finding_names_its_annotation_and_the_value() {
    Identity identity =
        resolve(NOTHING, new SessionAnnotations(null, "{a}", "not an sts url", "not a url"));

    assertThat(identity.findings())
        .extracting(Finding::message)
        .satisfiesExactly(
            name -> assertThat(name).contains(" example.com/role-session-name ", "{a}"),
            sts -> assertThat(sts).contains(" example.com/sts-endpoint-url ", "not an sts url"),
            all -> assertThat(all).contains(" example.com/endpoint-url ", "not a url"));
    assertThat(resolve(NOTHING, new SessionAnnotations(null, "{cluster}", null, null)).findings())
        .singleElement()
        .satisfies(
            finding -> assertThat(finding.message()).contains(" example.com/role-session-name "));
  }

  @Test
  void without_a_role_nothing_about_sessions_is_found_fault_with() {
    IdentityAnnotations annotations =
        new IdentityAnnotations(
            null, null, null, null, new SessionAnnotations(null, "{", "x", "y"));

    assertThat(
            resolver(FLAGS)
                .resolve(
                    ACCOUNT,
                    new ObjectLookup.Found<>(annotations),
                    Namespaces.NO_SAY,
                    Trail.ofFindings()))
        .isEqualTo(new Resolution.None(Reason.NO_ROLE, List.of()));
  }

  private static Identity resolve(SessionSettings flags, SessionAnnotations session) {
    IdentityAnnotations annotations =
        new IdentityAnnotations("arn:aws:iam::111122223333:role/orders", null, null, null, session);
    Resolution resolution =
        resolver(flags)
            .resolve(
                ACCOUNT,
                new ObjectLookup.Found<>(annotations),
                Namespaces.NO_SAY,
                Trail.ofFindings());
    assertThat(resolution).isInstanceOf(Resolution.Resolved.class);
    return ((Resolution.Resolved) resolution).identity();
  }

  private static IdentityResolver resolver(SessionSettings flags) {
    return new IdentityResolver(
        new IdentitySettings(
            "example.com",
            "sts.amazonaws.com",
            86_400,
            false,
            Optional.empty(),
            "pods.eks.amazonaws.com"),
        flags,
        IdentitySources.ANNOTATIONS);
  }

  private static Optional<EndpointUrl> endpoint(@Nullable String url) {
    return Optional.ofNullable(url).map(EndpointUrl::new);
  }
}
