package io.webidentity.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.webidentity.account.AccountKey;
import io.webidentity.account.IdentityAnnotations;
import io.webidentity.account.NamespaceProperties;
import io.webidentity.account.Namespaces;
import io.webidentity.aws.EndpointUrl;
import io.webidentity.aws.RoleArn;
import io.webidentity.injection.Credentials;
import io.webidentity.injection.Finding;
import io.webidentity.injection.Identity;
import io.webidentity.injection.Reason;
import io.webidentity.injection.SdkSession;
import io.webidentity.injection.StsEndpoints;
import io.webidentity.injection.TokenRequest;
import io.webidentity.kubernetes.ObjectLookup;
import io.webidentity.kubernetes.ObjectStatistics.LookupResult;
import io.webidentity.policy.NamespaceAnnotations;
import io.webidentity.policy.PolicyDefaults;
import io.webidentity.policy.RolePolicy;
import io.webidentity.rolepolicy.RolePolicyReader;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdentityGuardTest {
  private static final AccountKey ACCOUNT = new AccountKey("shop", "orders");
  private static final Finding EARLIER = Finding.saying(Reason.ROLE_ARN_BLANKS, "earlier");
  private static final String RULES =
      """
      rules:
        - name: shop
          namespaces: [shop]
          roles: ["arn:aws:iam::1:role/shop-*"]
          audiences: [sts.amazonaws.com, vault]
      """;

  @ParameterizedTest
  @CsvSource({
    "shop-a, sts.amazonaws.com, , ",
    "shop-a, vault, , ",
    "other, sts.amazonaws.com, , role_denied",
    "shop-a, minio, , audience_denied",
    "shop-a, vault, https://x, sts_endpoint_denied",
    "other, minio, https://x, role_denied",
  })
  void what_is_denied_is_told_first_and_the_pod_gets_nothing(
      String role, String audience, String server, String denied) throws Exception {
    Identity identity = identity(role, audience, server, null);

    Resolution resolution = check(guard(RULES), identity);

    if (denied == null) {
      assertThat(resolution)
          .isEqualTo(new Resolution.Resolved(identity, Trail.Source.SERVICE_ACCOUNT));
    } else {
      assertThat(resolution).isInstanceOf(Resolution.None.class);
      Resolution.None none = (Resolution.None) resolution;
      assertThat(none.reason()).isEqualTo(Reason.IDENTITY_DENIED);
      assertThat(none.findings()).extracting(f -> f.reason().code()).startsWith(denied);
      assertThat(none.findings()).last().isEqualTo(EARLIER);
    }
  }

  @Test
  void the_finding_says_what_where_why_and_what_to_do() throws Exception {
    Resolution.None none =
        (Resolution.None) check(guard(RULES), identity("other", "sts.amazonaws.com", null, null));

    assertThat(none.findings().getFirst().message())
        .isEqualTo(
            "Role \"arn:aws:iam::1:role/other\" is not allowed in namespace \"shop\" (rule 'shop'"
                + " does not allow it), so the pod got no credentials: name another, or have the"
                + " role policy changed.");
  }

  /** What some reader of URLs would take for the server that is allowed. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://sts.example.evil",
        "https://sts.example.",
        "https://sts.example/",
        "https://sts.example:443",
        "https://sts.example:0443",
        "https://STS.example",
        "HTTPS://sts.example",
        "http://sts.example",
        "https://sts.example/x/..",
        "https://sts.example/%2e%2e",
        "https://sts.example//",
        "https://sts.example/@evil.example",
      })
  void a_server_that_only_looks_like_one_that_is_allowed_is_denied(String server) throws Exception {
    String rules = RULES + "    stsEndpoints: [\"https://sts.example\"]\n";

    assertThat(check(guard(rules), identity("shop-a", "vault", "https://sts.example", null)))
        .isInstanceOf(Resolution.Resolved.class);
    assertThat(check(guard(rules), identity("shop-a", "vault", server, null)))
        .isInstanceOfSatisfying(
            Resolution.None.class,
            none ->
                assertThat(none.findings().getFirst().reason())
                    .isEqualTo(Reason.STS_ENDPOINT_DENIED));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"shop-a\n", "shop-\n", "shop-$(X)", "shop-a/../x", "shop-a:role/x", "shop-ａ"})
  void a_role_with_more_than_a_wildcard_means_is_denied(String role) throws Exception {
    assertThat(check(guard(RULES), identity(role, "vault", null, null)))
        .isInstanceOf(Resolution.None.class);
  }

  @Test
  void a_policy_that_denies_rejects_the_pod() throws Exception {
    Resolution resolution =
        check(guard("enforce: deny\n" + RULES), identity("other", "sts.amazonaws.com", null, null));

    assertThat(resolution).isInstanceOf(Resolution.Rejected.class);
    Resolution.Rejected rejected = (Resolution.Rejected) resolution;
    assertThat(rejected.reason()).isEqualTo(Reason.POD_REJECTED);
    assertThat(rejected.findings().getFirst().reason()).isEqualTo(Reason.ROLE_DENIED);
    assertThat(rejected.findings().getFirst().message()).contains("so the pod is rejected");
  }

  @ParameterizedTest
  @CsvSource({
    "other, sts.amazonaws.com, , ROLE_DENIED_AUDIT",
    "shop-a, minio, , AUDIENCE_DENIED_AUDIT",
    "shop-a, vault, https://x, STS_ENDPOINT_DENIED_AUDIT",
  })
  void an_audit_changes_nothing_but_the_findings(
      String role, String audience, String server, Reason reported) throws Exception {
    Identity identity = identity(role, audience, server, null);

    Resolution.Resolved resolved =
        (Resolution.Resolved) check(guard("enforce: audit\n" + RULES), identity);

    assertThat(resolved.identity().withFindings(identity.findings())).isEqualTo(identity);
    assertThat(resolved.identity().findings())
        .extracting(Finding::reason)
        .containsExactly(reported, Reason.ROLE_ARN_BLANKS);
  }

  @Test
  void the_server_of_all_services_is_one_for_sts_too() throws Exception {
    assertThat(check(guard(RULES), identity("shop-a", "vault", null, "https://x")))
        .isInstanceOf(Resolution.None.class);
    assertThat(
            check(
                guard(RULES.stripTrailing() + "\n    stsEndpoints: [\"https://sts\"]\n"),
                identity("shop-a", "vault", "https://sts", "https://x")))
        .isInstanceOf(Resolution.Resolved.class);
  }

  @Test
  void what_has_no_role_of_ours_is_as_it_is() throws Exception {
    Resolution none = new Resolution.None(Reason.NO_ROLE, List.of());
    Resolution undecided = new Resolution.Undecided(Reason.LOOKUP_FAILED, "away");
    Identity agent =
        new Identity(
            new Credentials.Container(),
            new TokenRequest("pods.eks.amazonaws.com", 600),
            StsEndpoints.SDK_DEFAULT,
            Optional.empty(),
            SdkSession.SDK_DEFAULT,
            List.of());

    assertThat(result(guard("rules: []"), none)).isEqualTo(none);
    assertThat(result(guard("rules: []"), undecided)).isEqualTo(undecided);
    assertThat(check(guard("rules: []"), agent))
        .isEqualTo(new Resolution.Resolved(agent, Trail.Source.SERVICE_ACCOUNT));
    assertThat(check(IdentityGuard.NONE, identity("any", "any", null, null)))
        .isInstanceOf(Resolution.Resolved.class);
  }

  @Test
  void nothing_is_decided_before_the_policy_has_been_read() {
    IdentityGuard unread = IdentityGuard.of(Optional::empty, defaults(), Optional.empty());

    assertThat(check(unread, identity("shop-a", "vault", null, null)))
        .isEqualTo(
            new Resolution.Undecided(
                Reason.LOOKUP_FAILED,
                "The role policy has not been read yet; see the webhook's log."));
  }

  @Test
  void a_namespace_matters_only_where_the_policy_depends_on_it() throws Exception {
    String labels =
        """
        rules:
          - namespaceSelector: {matchLabels: {team: shop}}
            roles: ["arn:aws:iam::1:role/shop-*"]
        """;
    Identity identity = identity("shop-a", "sts.amazonaws.com", null, null);

    ObjectLookup<NamespaceProperties> late =
        new ObjectLookup.Failed<>(LookupResult.TIMEOUT, "late");

    assertThat(guard(RULES).readsNamespaces()).isFalse();
    assertThat(check(guard(RULES), identity, late)).isInstanceOf(Resolution.Resolved.class);
    assertThat(guard(labels).readsNamespaces()).isTrue();
    assertThat(check(guard(labels), identity, labelled("shop")))
        .isInstanceOf(Resolution.Resolved.class);
    assertThat(check(guard(labels), identity, labelled("other")))
        .isInstanceOf(Resolution.None.class);
    assertThat(check(guard(labels), identity, new ObjectLookup.NotFound<>()))
        .isInstanceOf(Resolution.None.class);
    assertThat(check(guard(labels), identity, late))
        .isEqualTo(new Resolution.Undecided(Reason.LOOKUP_TIMEOUT, "late"));
  }

  private static Resolution check(IdentityGuard guard, Identity identity) {
    return result(guard, new Resolution.Resolved(identity, Trail.Source.SERVICE_ACCOUNT));
  }

  private static Resolution check(
      IdentityGuard guard, Identity identity, ObjectLookup<NamespaceProperties> namespace) {
    return guard.check(
        ACCOUNT,
        new Resolution.Resolved(identity, Trail.Source.SERVICE_ACCOUNT),
        namespace,
        Trail.ofFindings());
  }

  private static Resolution result(IdentityGuard guard, Resolution resolution) {
    return guard.check(ACCOUNT, resolution, Namespaces.NO_SAY, Trail.ofFindings());
  }

  private static IdentityGuard guard(String policy) throws Exception {
    RolePolicy read = RolePolicyReader.read("policy.yaml", policy);
    return IdentityGuard.of(
        () -> Optional.of(read), defaults(), Optional.<NamespaceAnnotations>empty());
  }

  private static PolicyDefaults defaults() {
    return new PolicyDefaults("sts.amazonaws.com", Optional.empty());
  }

  private static ObjectLookup<NamespaceProperties> labelled(String team) {
    return new ObjectLookup.Found<>(
        new NamespaceProperties(IdentityAnnotations.NONE, Map.of("team", team), Map.of()));
  }

  private static Identity identity(
      String role, String audience, @Nullable String stsServer, @Nullable String server) {
    return new Identity(
        new Credentials.WebIdentity(new RoleArn("arn:aws:iam::1:role/" + role)),
        new TokenRequest(audience, 86_400),
        StsEndpoints.SDK_DEFAULT,
        Optional.empty(),
        new SdkSession(
            Optional.empty(),
            Optional.ofNullable(stsServer).map(EndpointUrl::new),
            Optional.ofNullable(server).map(EndpointUrl::new)),
        List.of(EARLIER));
  }
}
