package io.webidentity.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.webidentity.config.IdentitySettings;
import io.webidentity.injection.Finding;
import io.webidentity.injection.Identity;
import io.webidentity.injection.Reason;
import io.webidentity.injection.SessionSettings;
import io.webidentity.injection.StsEndpoints;
import java.util.List;
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

  /** The rows of the table in IdentityResolver's documentation: role. */
  static Stream<Arguments> roles() {
    return Stream.of(
        arguments(null, null, List.of()),
        arguments("", null, List.of()),
        arguments("  ", null, List.of(Reason.ROLE_ARN_BLANKS)),
        arguments("\u00a0", null, List.of(Reason.ROLE_ARN_BLANKS)),
        arguments(" " + ROLE + "\n", ROLE, List.of(Reason.ROLE_ARN_BLANKS)),
        arguments("orders", "orders", List.of(Reason.ROLE_ARN_MALFORMED)),
        arguments(" orders", "orders", List.of(Reason.ROLE_ARN_BLANKS, Reason.ROLE_ARN_MALFORMED)),
        arguments("arn:minio:iam:::role/x", "arn:minio:iam:::role/x", List.of()),
        arguments(ROLE, ROLE, List.of()));
  }

  @ParameterizedTest
  @MethodSource("roles")
  void the_role_is_the_annotation_without_blanks(
      @Nullable String annotation, @Nullable String role, List<Reason> findings) {
    Resolution resolution =
        resolver.resolve(
            ACCOUNT, new AccountAnnotations(annotation, null, null, null, SessionAnnotations.NONE));

    if (role == null) {
      assertThat(resolution).isInstanceOf(Resolution.None.class);
      Resolution.None none = (Resolution.None) resolution;
      assertThat(none.reason()).isEqualTo(Reason.NO_ROLE);
      assertThat(none.findings()).extracting(Finding::reason).isEqualTo(findings);
    } else {
      Identity identity = identity(resolution);
      assertThat(identity.role().value()).isEqualTo(role);
      assertThat(identity.findings()).extracting(Finding::reason).isEqualTo(findings);
    }
  }

  /** The rows of the table in IdentityResolver's documentation: audience. */
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
                new AccountAnnotations(ROLE, annotation, null, null, SessionAnnotations.NONE)));

    assertThat(identity.token().audience()).isEqualTo(audience);
    assertThat(identity.findings()).extracting(Finding::reason).isEqualTo(findings);
  }

  /** The rows of the table in IdentityResolver's documentation: token expiration. */
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
                new AccountAnnotations(ROLE, null, annotation, null, SessionAnnotations.NONE)));

    assertThat(identity.token().expirationSeconds()).isEqualTo(seconds);
    assertThat(identity.findings()).extracting(Finding::reason).isEqualTo(findings);
  }

  /** The rows of the table in IdentityResolver's documentation: STS regional endpoints. */
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
                    new AccountAnnotations(ROLE, null, null, annotation, SessionAnnotations.NONE)));

    assertThat(identity.endpoints()).isEqualTo(endpoints);
    assertThat(identity.findings()).extracting(Finding::reason).isEqualTo(findings);
  }

  @Test
  void every_finding_names_the_annotation_with_its_prefix_and_the_value() {
    Identity identity =
        identity(
            resolver.resolve(
                ACCOUNT,
                new AccountAnnotations("a b", "", "soon", "maybe", SessionAnnotations.NONE)));

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
            ACCOUNT, new AccountAnnotations(null, "", "soon", "maybe", SessionAnnotations.NONE));

    assertThat(resolution).isEqualTo(new Resolution.None(Reason.NO_ROLE, List.of()));
  }

  private static IdentityResolver resolver(boolean regionalSts) {
    return new IdentityResolver(
        new IdentitySettings("example.com", "flag-audience", FLAG_EXPIRATION, regionalSts),
        SessionSettings.NONE);
  }

  private static Identity identity(Resolution resolution) {
    assertThat(resolution).isInstanceOf(Resolution.Resolved.class);
    return ((Resolution.Resolved) resolution).identity();
  }
}
