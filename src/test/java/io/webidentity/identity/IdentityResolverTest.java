package io.webidentity.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.webidentity.account.AccountKey;
import io.webidentity.account.IdentityAnnotations;
import io.webidentity.account.NamespaceProperties;
import io.webidentity.account.Namespaces;
import io.webidentity.account.SessionAnnotations;
import io.webidentity.aws.EndpointUrl;
import io.webidentity.aws.RoleArn;
import io.webidentity.config.IdentitySettings;
import io.webidentity.injection.AnnotationKeys;
import io.webidentity.injection.Credentials;
import io.webidentity.injection.Finding;
import io.webidentity.injection.Identity;
import io.webidentity.injection.Reason;
import io.webidentity.injection.SdkSession;
import io.webidentity.injection.SessionName;
import io.webidentity.injection.SessionSettings;
import io.webidentity.injection.StsEndpoints;
import io.webidentity.injection.TokenRequest;
import io.webidentity.kubernetes.ObjectLookup;
import io.webidentity.kubernetes.ObjectStatistics.LookupResult;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class IdentityResolverTest {
  private static final String ROLE = "arn:aws:iam::111122223333:role/team/orders";
  private static final AccountKey ACCOUNT = new AccountKey("shop", "orders");
  private static final long FLAG_EXPIRATION = 7200;

  private final IdentityResolver resolver = resolver(false);

  /** The rows of docs/contract.md, "Which identity": role. */
  static Stream<Arguments> roles() {
    return Stream.of(
        arguments(null, null, List.of()),
        arguments("", null, List.of(Reason.ROLE_ARN_EMPTY)),
        arguments("  ", null, List.of(Reason.ROLE_ARN_EMPTY)),
        arguments("\u00a0", null, List.of(Reason.ROLE_ARN_EMPTY)),
        arguments(" " + ROLE + "\n", ROLE, List.of(Reason.ROLE_ARN_BLANKS)),
        arguments("orders", "orders", List.of(Reason.ROLE_ARN_MALFORMED)),
        arguments(" orders", "orders", List.of(Reason.ROLE_ARN_BLANKS, Reason.ROLE_ARN_MALFORMED)),
        arguments("arn:minio:iam:::role/x", "arn:minio:iam:::role/x", List.of()),
        arguments(
            "arn:aws:iam::${ID}:role/x",
            "arn:aws:iam::${ID}:role/x",
            List.of(Reason.ROLE_ARN_MALFORMED)),
        arguments(ROLE, ROLE, List.of()));
  }

  @ParameterizedTest
  @MethodSource("roles")
  void the_role_is_the_annotation_without_blanks(
      @Nullable String annotation, @Nullable String role, List<Reason> findings) {
    Resolution resolution =
        resolver.resolve(
            ACCOUNT,
            new ObjectLookup.Found<>(
                new IdentityAnnotations(annotation, null, null, null, SessionAnnotations.NONE)),
            Namespaces.NO_SAY,
            Trail.ofFindings());

    if (role == null) {
      assertThat(resolution).isInstanceOf(Resolution.None.class);
      Resolution.None none = (Resolution.None) resolution;
      assertThat(none.reason()).isEqualTo(Reason.NO_ROLE);
      assertThat(none.findings()).extracting(Finding::reason).isEqualTo(findings);
    } else {
      Identity identity = identity(resolution);
      assertThat(identity.role()).contains(new RoleArn(role));
      assertThat(identity.findings()).extracting(Finding::reason).isEqualTo(findings);
    }
  }

  /** The rows of docs/contract.md, "Which identity": audience. */
  static Stream<Arguments> audiences() {
    return Stream.of(
        arguments(null, "flag-audience", List.of()),
        arguments("", "flag-audience", List.of(Reason.AUDIENCE_EMPTY)),
        arguments("minio", "minio", List.of()));
  }

  @ParameterizedTest
  @MethodSource("audiences")
  void the_audience_is_the_annotation_else_the_flag(
      @Nullable String annotation, String audience, List<Reason> findings) {
    Identity identity =
        identity(
            resolver.resolve(
                ACCOUNT,
                new ObjectLookup.Found<>(
                    new IdentityAnnotations(ROLE, annotation, null, null, SessionAnnotations.NONE)),
                Namespaces.NO_SAY,
                Trail.ofFindings()));

    assertThat(identity.token().audience()).isEqualTo(audience);
    assertThat(identity.findings()).extracting(Finding::reason).isEqualTo(findings);
  }

  /** The rows of docs/contract.md, "Which identity": token expiration. */
  static Stream<Arguments> expirations() {
    return Stream.of(
        arguments(null, FLAG_EXPIRATION, List.of()),
        arguments("599", 600L, List.of()),
        arguments("-5", 600L, List.of()),
        arguments("600", 600L, List.of()),
        arguments("+3600", 3600L, List.of()),
        arguments("4294967296", 4294967296L, List.of()),
        arguments("4294967297", FLAG_EXPIRATION, List.of(Reason.TOKEN_EXPIRATION_TOO_LARGE)),
        arguments("", FLAG_EXPIRATION, List.of(Reason.TOKEN_EXPIRATION_INVALID)),
        arguments("1h", FLAG_EXPIRATION, List.of(Reason.TOKEN_EXPIRATION_INVALID)),
        arguments(" 3600", FLAG_EXPIRATION, List.of(Reason.TOKEN_EXPIRATION_INVALID)));
  }

  @ParameterizedTest
  @MethodSource("expirations")
  void the_expiration_is_the_annotation_within_limits_else_the_flag(
      @Nullable String annotation, long seconds, List<Reason> findings) {
    Identity identity =
        identity(
            resolver.resolve(
                ACCOUNT,
                new ObjectLookup.Found<>(
                    new IdentityAnnotations(ROLE, null, annotation, null, SessionAnnotations.NONE)),
                Namespaces.NO_SAY,
                Trail.ofFindings()));

    assertThat(identity.token().expirationSeconds()).isEqualTo(seconds);
    assertThat(identity.findings()).extracting(Finding::reason).isEqualTo(findings);
  }

  /** The rows of docs/contract.md, "Which identity": STS regional endpoints. */
  static Stream<Arguments> endpoints() {
    List<Reason> invalid = List.of(Reason.STS_REGIONAL_ENDPOINTS_INVALID);
    return Stream.of(
        arguments(null, false, StsEndpoints.SDK_DEFAULT, List.of()),
        arguments(null, true, StsEndpoints.REGIONAL, List.of()),
        arguments("true", false, StsEndpoints.REGIONAL, List.of()),
        arguments("F", true, StsEndpoints.SDK_DEFAULT, List.of()),
        arguments("yes", false, StsEndpoints.SDK_DEFAULT, invalid),
        arguments("yes", true, StsEndpoints.REGIONAL, invalid),
        arguments("", true, StsEndpoints.REGIONAL, invalid));
  }

  @ParameterizedTest
  @MethodSource("endpoints")
  void the_endpoints_are_the_annotation_else_the_flag(
      @Nullable String annotation, boolean flag, StsEndpoints endpoints, List<Reason> findings) {
    Identity identity =
        identity(
            resolver(flag)
                .resolve(
                    ACCOUNT,
                    new ObjectLookup.Found<>(
                        new IdentityAnnotations(
                            ROLE, null, null, annotation, SessionAnnotations.NONE)),
                    Namespaces.NO_SAY,
                    Trail.ofFindings()));

    assertThat(identity.endpoints()).isEqualTo(endpoints);
    assertThat(identity.findings()).extracting(Finding::reason).isEqualTo(findings);
  }

  @Test
  void every_finding_names_the_annotation_with_its_prefix_and_the_value() {
    Identity identity =
        identity(
            resolver.resolve(
                ACCOUNT,
                new ObjectLookup.Found<>(
                    new IdentityAnnotations("a b", "", "soon", "maybe", SessionAnnotations.NONE)),
                Namespaces.NO_SAY,
                Trail.ofFindings()));

    assertThat(identity.findings())
        .extracting(Finding::message)
        .satisfiesExactly(
            role -> assertThat(role).contains("example.com/role-arn", "a b"),
            audience -> assertThat(audience).contains("example.com/audience", "flag-audience"),
            expiration -> assertThat(expiration).contains("example.com/token-expiration", "soon"),
            sts -> assertThat(sts).contains("example.com/sts-regional-endpoints", "maybe"));
  }

  @Test
  void without_a_role_nothing_else_is_found_fault_with() {
    Resolution resolution =
        resolver.resolve(
            ACCOUNT,
            new ObjectLookup.Found<>(
                new IdentityAnnotations(null, "", "soon", "maybe", SessionAnnotations.NONE)),
            Namespaces.NO_SAY,
            Trail.ofFindings());

    assertThat(resolution).isEqualTo(new Resolution.None(Reason.NO_ROLE, List.of()));
  }

  /** Where a role may come from, in the order in which the sources count. */
  static Stream<Arguments> sources() {
    ObjectLookup<IdentityAnnotations> none = new ObjectLookup.Found<>(IdentityAnnotations.NONE);
    ObjectLookup<IdentityAnnotations> own = new ObjectLookup.Found<>(withRole("own"));
    ObjectLookup<IdentityAnnotations> gone = new ObjectLookup.NotFound<>();
    ObjectLookup<IdentityAnnotations> failed =
        new ObjectLookup.Failed<>(LookupResult.TIMEOUT, "too late");
    ObjectLookup<NamespaceProperties> plain = Namespaces.NO_SAY;
    ObjectLookup<NamespaceProperties> space = space(withRole("space"));
    ObjectLookup<NamespaceProperties> away = new ObjectLookup.Failed<>(LookupResult.FAILED, "away");
    return Stream.of(
        arguments(false, null, none, plain, "no_role"),
        arguments(false, null, gone, plain, "service_account_not_found"),
        arguments(false, null, failed, plain, "lookup_timeout"),
        arguments(false, null, own, plain, "own"),
        arguments(false, null, own, away, "lookup_failed"),
        arguments(false, null, none, space, "space"),
        arguments(false, null, gone, space, "space"),
        arguments(false, null, failed, space, "lookup_timeout"),
        arguments(false, null, none, away, "lookup_failed"),
        arguments(false, null, own, space, "own"),
        arguments(false, "map", none, plain, "map"),
        arguments(false, "map", none, space, "map"),
        arguments(false, "map", none, away, "map"),
        arguments(false, "map", gone, plain, "map"),
        arguments(false, "map", failed, plain, "map!"),
        arguments(false, "map", own, plain, "own"),
        arguments(false, "", none, space, "no_role"),
        arguments(false, "", gone, plain, "no_role"),
        arguments(false, "", failed, plain, "lookup_timeout"),
        arguments(false, "", own, plain, "own"),
        arguments(true, null, none, plain, "container"),
        arguments(true, null, gone, plain, "container"),
        arguments(true, null, failed, away, "container"),
        arguments(true, "map", own, space, "container"));
  }

  @ParameterizedTest
  @MethodSource("sources")
  void the_first_source_that_knows_decides(
      boolean listed,
      @Nullable String mapped,
      ObjectLookup<IdentityAnnotations> account,
      ObjectLookup<NamespaceProperties> namespace,
      String result) {
    IdentityResolver all =
        resolver(
            false,
            new IdentitySources(
                key -> listed,
                key ->
                    Optional.ofNullable(mapped)
                        .map(role ->
                            new RoleMap.Entry("shop/orders", role, Optional.empty(), false, 0)),
                role -> "arn:aws:iam::111122223333:role/" + role));

    assertThat(told(all.resolve(ACCOUNT, account, namespace, Trail.ofFindings())))
        .isEqualTo(result);
  }

  private static String told(Resolution resolution) {
    return switch (resolution) {
      case Resolution.None(Reason reason, var findings) -> {
        assertThat(findings).isEmpty();
        yield reason.code();
      }
      case Resolution.Rejected rejected -> throw new AssertionError(rejected);
      case Resolution.Undecided(Reason reason, String message) -> {
        assertThat(message).isIn("too late", "away");
        yield reason.code();
      }
      case Resolution.Resolved(Identity identity, var _) ->
          identity.role().map(role -> role.value().replaceAll(".*/", "")).orElse("container")
              + (identity.findings().isEmpty() ? "" : "!");
    };
  }

  /** Ceph and others have roles in AWS's partition with accounts of their own. */
  @ParameterizedTest
  @MethodSource("sessions")
  void another_server_than_awss_has_roles_and_regions_of_its_own(
      SessionAnnotations session, List<Reason> findings) {
    IdentityAnnotations account =
        new IdentityAnnotations("arn:aws-cn:iam::1:role/x", null, null, null, session);

    Identity identity =
        identity(
            resolver.resolve(
                ACCOUNT, new ObjectLookup.Found<>(account), Namespaces.NO_SAY, Trail.ofFindings()));

    assertThat(identity.findings()).extracting(Finding::reason).isEqualTo(findings);
  }

  static Stream<Arguments> sessions() {
    return Stream.of(
        arguments(
            new SessionAnnotations("us-gov-west-1", null, null, null),
            List.of(Reason.ROLE_ARN_MALFORMED, Reason.REGION_OF_OTHER_PARTITION)),
        arguments(
            new SessionAnnotations("cn-north-1", null, null, null),
            List.of(Reason.ROLE_ARN_MALFORMED)),
        arguments(
            new SessionAnnotations("cluster-a", null, null, null),
            List.of(Reason.ROLE_ARN_MALFORMED)),
        arguments(
            new SessionAnnotations("us-gov-west-1", null, "https://ceph.example", null), List.of()),
        arguments(
            new SessionAnnotations("us-gov-west-1", null, null, "https://ceph.example"),
            List.of()));
  }

  @Test
  void an_annotation_that_nothing_reads_is_told_of_account_and_namespace() {
    IdentityAnnotations account =
        IdentityAnnotations.of(
            Map.of("example.com/role-arm", ROLE), new AnnotationKeys("example.com"));
    IdentityAnnotations namespace =
        IdentityAnnotations.of(
            Map.of("example.com/skip-containers", "app"), new AnnotationKeys("example.com"));

    Resolution resolution =
        resolver.resolve(
            ACCOUNT, new ObjectLookup.Found<>(account), space(namespace), Trail.ofFindings());

    assertThat(((Resolution.None) resolution).findings())
        .extracting(Finding::reason, finding -> finding.subject().kind())
        .containsExactly(
            tuple(Reason.ANNOTATION_MISSPELT, "ServiceAccount annotation"),
            tuple(Reason.ANNOTATION_MISPLACED, "Namespace annotation"));
  }

  private static IdentityAnnotations withRole(String role) {
    return new IdentityAnnotations(role, null, null, null, SessionAnnotations.NONE);
  }

  @Test
  void each_setting_comes_from_the_account_then_its_namespace_then_the_flag() {
    IdentityAnnotations account =
        new IdentityAnnotations(
            ROLE, "", "soon", null, new SessionAnnotations("", null, null, null));
    IdentityAnnotations namespace =
        new IdentityAnnotations(
            "ignored",
            "space",
            "1200",
            "true",
            new SessionAnnotations("r", "{namespace}", null, ""));

    Identity identity =
        identity(
            resolver.resolve(
                ACCOUNT, new ObjectLookup.Found<>(account), space(namespace), Trail.ofFindings()));

    assertThat(identity.role()).contains(new RoleArn(ROLE));
    assertThat(identity.token()).isEqualTo(new TokenRequest("space", 1200));
    assertThat(identity.endpoints()).isEqualTo(StsEndpoints.REGIONAL);
    assertThat(identity.region()).isEmpty();
    assertThat(identity.session().name()).contains(new SessionName.Text("shop"));
    assertThat(identity.findings())
        .extracting(Finding::reason)
        .containsExactly(Reason.AUDIENCE_EMPTY, Reason.TOKEN_EXPIRATION_INVALID);
    assertThat(identity.findings().getFirst().message()).contains("space");
  }

  /** The rows of docs/contract.md, "Which identity": region. */
  static Stream<Arguments> regions() {
    String longest = "a".repeat(63);
    return Stream.of(
        arguments(null, "of-the-namespace", 0),
        arguments("", null, 0),
        arguments("eu-central-1", "eu-central-1", 0),
        arguments(longest, longest, 0),
        arguments(longest + "a", "of-the-namespace", 1),
        arguments("x@evil.example/?", "of-the-namespace", 1),
        arguments("evil.example", "of-the-namespace", 1),
        arguments("$(NAME)", "of-the-namespace", 1));
  }

  @ParameterizedTest
  @MethodSource("regions")
  void the_region_is_a_label_or_that_of_the_next_place(
      @Nullable String annotation, @Nullable String region, int warnings) {
    Identity identity =
        identity(
            resolver.resolve(
                ACCOUNT,
                new ObjectLookup.Found<>(regional(ROLE, annotation)),
                space(regional(null, "of-the-namespace")),
                Trail.ofFindings()));

    assertThat(identity.region()).isEqualTo(Optional.ofNullable(region));
    assertThat(identity.findings())
        .hasSize(warnings)
        .allSatisfy(finding -> assertThat(finding.reason()).isEqualTo(Reason.REGION_INVALID));
  }

  private static IdentityAnnotations regional(@Nullable String role, @Nullable String region) {
    return new IdentityAnnotations(
        role, null, null, null, new SessionAnnotations(region, null, null, null));
  }

  @Test
  void findings_about_a_namespace_name_it() {
    Identity identity =
        identity(
            resolver.resolve(
                ACCOUNT,
                new ObjectLookup.Found<>(withRole(ROLE)),
                space(
                    new IdentityAnnotations(
                        null, null, "soon", null, new SessionAnnotations("a b", null, null, null))),
                Trail.ofFindings()));

    assertThat(identity.findings())
        .extracting(Finding::message)
        .satisfiesExactly(
            expiration ->
                assertThat(expiration).startsWith("Namespace annotation example.com/token-exp"),
            region -> assertThat(region).startsWith("Namespace annotation example.com/region"));
  }

  static Stream<Arguments> entries() {
    return Stream.of(
        arguments(
            new RoleMap.Entry("k", ROLE, Optional.empty(), false, 0),
            "flag-audience",
            FLAG_EXPIRATION,
            false),
        arguments(
            new RoleMap.Entry("k", ROLE, Optional.of("minio"), true, 599), "minio", 600L, true),
        arguments(
            new RoleMap.Entry("k", ROLE, Optional.of("minio"), true, 900), "minio", 900L, true));
  }

  /** Absent regional STS is false in the map, whatever the flag says. */
  @ParameterizedTest
  @MethodSource("entries")
  void the_map_alone_makes_the_settings_of_its_roles(
      RoleMap.Entry entry, String audience, long expiration, boolean regional) {
    IdentityAnnotations ignored =
        new IdentityAnnotations(
            null, "ignored", "7000", "true", new SessionAnnotations("ignored", null, null, null));
    Identity identity =
        identity(
            resolver(
                    true,
                    new IdentitySources(
                        ContainerCredentialsAccounts.NONE,
                        key -> Optional.of(entry),
                        UnaryOperator.identity()))
                .resolve(
                    ACCOUNT,
                    new ObjectLookup.Found<>(ignored),
                    space(ignored),
                    Trail.ofFindings()));

    assertThat(identity.token()).isEqualTo(new TokenRequest(audience, expiration));
    assertThat(identity.endpoints() == StsEndpoints.REGIONAL).isEqualTo(regional);
    assertThat(identity.region()).isEmpty();
    assertThat(identity.findings()).isEmpty();
  }

  @Test
  void what_the_map_says_wrongly_is_told_and_the_flags_count() {
    RoleMap.Entry entry =
        new RoleMap.Entry("shop/orders", ROLE, Optional.of(""), false, (1L << 32) + 1);
    Identity identity = identity(resolveWith(key -> Optional.of(entry)));

    assertThat(identity.token()).isEqualTo(new TokenRequest("flag-audience", FLAG_EXPIRATION));
    assertThat(identity.findings())
        .extracting(Finding::message)
        .satisfiesExactly(
            audience ->
                assertThat(audience).startsWith("ConfigMap entry shop/orders Audience is \"\""),
            expiration ->
                assertThat(expiration)
                    .startsWith("ConfigMap entry shop/orders TokenExpiration is \"4294967297\""));
  }

  @Test
  void before_the_map_was_read_only_an_accounts_own_role_decides() {
    FakeRoleMap unread = new FakeRoleMap(Optional.empty(), false, Optional.empty());

    assertThat(resolveWith(unread)).isInstanceOf(Resolution.Undecided.class);
    assertThat(
            resolver(
                    false,
                    new IdentitySources(
                        ContainerCredentialsAccounts.NONE, unread, UnaryOperator.identity()))
                .resolve(
                    ACCOUNT,
                    new ObjectLookup.Found<>(withRole(ROLE)),
                    Namespaces.NO_SAY,
                    Trail.ofFindings()))
        .isInstanceOf(Resolution.Resolved.class);
  }

  @Test
  void whoever_gets_no_role_is_told_that_the_map_is_broken() {
    Finding broken = Finding.roleMapBroken("eks/map", "line 1");
    RoleMap.Entry none = new RoleMap.Entry("shop/orders", "", Optional.empty(), false, 0);
    RoleMap.Entry some = new RoleMap.Entry("shop/orders", ROLE, Optional.empty(), false, 0);

    assertThat(resolveWith(new FakeRoleMap(Optional.empty(), true, Optional.of(broken))))
        .isEqualTo(new Resolution.None(Reason.NO_ROLE, List.of(broken)));
    assertThat(resolveWith(new FakeRoleMap(Optional.of(none), true, Optional.of(broken))))
        .isEqualTo(new Resolution.None(Reason.NO_ROLE, List.of(broken)));
    assertThat(
            identity(resolveWith(new FakeRoleMap(Optional.of(some), true, Optional.of(broken))))
                .findings())
        .isEmpty();
  }

  private static Resolution resolveWith(RoleMap map) {
    return resolver(
            false,
            new IdentitySources(ContainerCredentialsAccounts.NONE, map, UnaryOperator.identity()))
        .resolve(
            ACCOUNT,
            new ObjectLookup.Found<>(IdentityAnnotations.NONE),
            Namespaces.NO_SAY,
            Trail.ofFindings());
  }

  /** A map with one answer for everybody. */
  private record FakeRoleMap(Optional<Entry> entry, boolean ready, Optional<Finding> found)
      implements RoleMap {
    @Override
    public Optional<Entry> find(AccountKey account) {
      return entry;
    }

    @Override
    public Optional<Finding> problem(AccountKey account) {
      return found;
    }
  }

  @Test
  void container_credentials_have_the_flags_audience_and_the_accounts_other_settings() {
    IdentityAnnotations account =
        new IdentityAnnotations(
            ROLE,
            "ignored",
            "1200",
            "true",
            new SessionAnnotations("eu-central-1", "ignored", "https://ignored", "http://minio"));

    Identity identity =
        identity(
            resolver(
                    false,
                    new IdentitySources(ACCOUNT::equals, RoleMap.EMPTY, UnaryOperator.identity()))
                .resolve(
                    ACCOUNT,
                    new ObjectLookup.Found<>(account),
                    Namespaces.NO_SAY,
                    Trail.ofFindings()));

    assertThat(identity)
        .isEqualTo(
            new Identity(
                new Credentials.Container(),
                new TokenRequest("pods.eks.amazonaws.com", 1200),
                StsEndpoints.REGIONAL,
                Optional.of("eu-central-1"),
                new SdkSession(Optional.empty(), Optional.empty(), EndpointUrl.of("http://minio")),
                List.of()));
  }

  private static IdentityResolver resolver(boolean regionalSts) {
    return resolver(regionalSts, IdentitySources.ANNOTATIONS);
  }

  private static IdentityResolver resolver(boolean regionalSts, IdentitySources sources) {
    return new IdentityResolver(
        new IdentitySettings(
            "example.com",
            "flag-audience",
            FLAG_EXPIRATION,
            regionalSts,
            Optional.empty(),
            "pods.eks.amazonaws.com"),
        SessionSettings.NONE,
        sources);
  }

  private static Identity identity(Resolution resolution) {
    assertThat(resolution).isInstanceOf(Resolution.Resolved.class);
    return ((Resolution.Resolved) resolution).identity();
  }

  private static ObjectLookup<NamespaceProperties> space(IdentityAnnotations annotations) {
    return new ObjectLookup.Found<>(new NamespaceProperties(annotations));
  }
}
