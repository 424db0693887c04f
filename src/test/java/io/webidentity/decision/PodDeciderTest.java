package io.webidentity.decision;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import io.webidentity.account.AccountKey;
import io.webidentity.account.IdentityAnnotations;
import io.webidentity.account.NamespaceProperties;
import io.webidentity.account.Namespaces;
import io.webidentity.account.SessionAnnotations;
import io.webidentity.config.IdentitySettings;
import io.webidentity.identity.ContainerCredentialsAccounts;
import io.webidentity.identity.IdentityGuard;
import io.webidentity.identity.IdentityResolver;
import io.webidentity.identity.IdentitySources;
import io.webidentity.identity.RoleMap;
import io.webidentity.identity.Trail;
import io.webidentity.injection.Annotation;
import io.webidentity.injection.MalformedPodException;
import io.webidentity.injection.MemoryBudget;
import io.webidentity.injection.Pod;
import io.webidentity.injection.PodReader;
import io.webidentity.injection.Reason;
import io.webidentity.injection.SessionSettings;
import io.webidentity.kubernetes.ObjectLookup;
import io.webidentity.kubernetes.ObjectStatistics.LookupResult;
import io.webidentity.policy.PolicyDefaults;
import io.webidentity.rolepolicy.RolePolicyReader;
import io.webidentity.testing.server.FakeNamespaces;
import io.webidentity.testing.server.FakeServiceAccounts;
import io.webidentity.testing.server.ReviewHandlers;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** How decisions come about, as it is noted for whoever asks. */
class PodDeciderTest {
  private static final String PREFIX = "eks.amazonaws.com";
  private static final String ROLE = "arn:aws:iam::111122223333:role/orders";
  private static final AccountKey ORDERS = new AccountKey("shop", "orders");
  private static final Pod POD = pod();

  private final FakeServiceAccounts accounts = new FakeServiceAccounts();
  private final FakeNamespaces namespaces =
      new FakeNamespaces().know("shop", NamespaceProperties.NONE);
  private ContainerCredentialsAccounts listed = ContainerCredentialsAccounts.NONE;
  private RoleMap roleMap = RoleMap.EMPTY;
  private IdentityGuard guard = IdentityGuard.NONE;
  private boolean withoutDefaults;

  @Test
  void each_setting_has_its_origin() {
    accounts.know(
        ORDERS, new IdentityAnnotations(ROLE, "vault", "1h", null, SessionAnnotations.NONE));
    namespaces.know(
        "shop",
        new NamespaceProperties(
            new IdentityAnnotations(null, "minio", "7200", null, SessionAnnotations.NONE)));

    Trail trail = trail();

    assertThat(answers(trail)).containsExactly("SERVICE_ACCOUNT has a role");
    assertThat(settings(trail))
        .containsExactly(
            "role-arn=" + ROLE + " SERVICE_ACCOUNT",
            "audience=vault SERVICE_ACCOUNT",
            "token-expiration=7200 NAMESPACE",
            "sts-regional-endpoints=false flag",
            "region= flag",
            "role-session-name= flag",
            "sts-endpoint-url= flag",
            "endpoint-url= flag");
    assertThat(trail.findings()).hasSize(1);
  }

  @Test
  void sources_answer_in_their_order_until_one_has_a_role() {
    accounts.knowWithoutRole(ORDERS);
    namespaces.know("shop", FakeNamespaces.withRole(ROLE));

    assertThat(answers(trail()))
        .containsExactly(
            "SERVICE_ACCOUNT no role annotation", "ROLE_MAP no entry", "NAMESPACE has a role");
  }

  @Test
  void an_entry_of_the_map_is_named_with_what_it_decides() {
    accounts.knowWithoutRole(ORDERS);
    roleMap = _ -> Optional.of(new RoleMap.Entry("shop/*", ROLE, Optional.of("vault"), true, 0));

    Trail trail = trail();

    assertThat(answers(trail))
        .containsExactly("SERVICE_ACCOUNT no role annotation", "ROLE_MAP entry shop/*");
    assertThat(settings(trail))
        .contains(
            "shop/*=" + ROLE + " ROLE_MAP",
            "audience=vault ROLE_MAP",
            "token-expiration=86400 flag",
            "sts-regional-endpoints=true ROLE_MAP");
  }

  @Test
  void a_listed_account_asks_no_other_source() {
    listed = ORDERS::equals;
    accounts.know(ORDERS, FakeServiceAccounts.withRole(ROLE));

    Trail trail = trail();

    assertThat(answers(trail)).containsExactly("CONTAINER_CREDENTIALS lists the account");
    assertThat(settings(trail)).contains("audience=pods.eks.amazonaws.com flag");
  }

  @Test
  void accounts_that_are_not_there_or_not_known_are_told_apart() {
    accounts.answer(ORDERS, new ObjectLookup.NotFound<>());
    assertThat(answers(trail())).startsWith("SERVICE_ACCOUNT does not exist");

    accounts.answer(ORDERS, new ObjectLookup.Failed<>(LookupResult.TIMEOUT, "late"));
    assertThat(answers(trail())).containsExactly("SERVICE_ACCOUNT not known", "ROLE_MAP no entry");
  }

  @Test
  void the_policy_s_verdict_is_noted() throws Exception {
    accounts.know(ORDERS, FakeServiceAccounts.withRole(ROLE));

    guard = guard("rules: [{name: shops, namespaces: [shop], roles: ['" + ROLE + "']}]");
    assertThat(answers(trail())).last().asString().isEqualTo("ROLE_POLICY allowed by rule 'shops'");

    guard = guard("rules: []");
    assertThat(answers(trail()))
        .last()
        .asString()
        .isEqualTo("ROLE_POLICY denied: no rule is for this namespace");
  }

  @Test
  void a_policy_that_begins_to_read_labels_meanwhile_judges_no_namespace_it_did_not_see()
      throws Exception {
    accounts.know(ORDERS, FakeServiceAccounts.withRole(ROLE));
    var names = RolePolicyReader.read("policy.yaml", "rules: []");
    var labels =
        RolePolicyReader.read(
            "policy.yaml",
            "rules: [{namespaceSelector: {matchExpressions: [{key: a, operator: DoesNotExist}]},"
                + " roles: ['"
                + ROLE
                + "']}]");
    AtomicInteger asked = new AtomicInteger();
    guard =
        IdentityGuard.of(
            () -> Optional.of(asked.getAndIncrement() == 0 ? names : labels),
            new PolicyDefaults("sts.amazonaws.com", Optional.empty()),
            Optional.empty());
    withoutDefaults = true;

    assertThat(decider().decide("shop", POD).toCompletableFuture().join())
        .isInstanceOfSatisfying(
            PodDecision.Undecided.class,
            undecided -> assertThat(undecided.reason()).isEqualTo(Reason.LOOKUP_FAILED));
  }

  @Test
  void the_decision_is_the_same_whether_anybody_wants_to_know() {
    accounts.know(ORDERS, FakeServiceAccounts.withRole(ROLE));

    Trail none = Trail.ofFindings();
    PodDecision asked =
        decider().decide("shop", POD, Trail.complete()).toCompletableFuture().join();
    PodDecision unasked = decider().decide("shop", POD, none).toCompletableFuture().join();

    assertThat(((PodDecision.Decided) unasked).resolution())
        .isEqualTo(((PodDecision.Decided) asked).resolution());
    assertThat(none.answers()).isEmpty();
    assertThat(none.settings()).isEmpty();
  }

  private Trail trail() {
    Trail trail = Trail.complete();
    decider().decide("shop", POD, trail).toCompletableFuture().join();
    return trail;
  }

  private PodDecider decider() {
    return new PodDecider(
        accounts,
        withoutDefaults ? Namespaces.NONE : namespaces,
        new IdentityResolver(
            new IdentitySettings(
                PREFIX,
                "sts.amazonaws.com",
                86_400,
                false,
                Optional.empty(),
                "pods.eks.amazonaws.com"),
            SessionSettings.NONE,
            new IdentitySources(listed, roleMap, UnaryOperator.identity())),
        guard,
        ReviewHandlers.injector());
  }

  private static Pod pod() {
    String json =
        "{\"metadata\":{},\"spec\":{\"serviceAccountName\":\"orders\",\"containers\":[{\"name\":\"app\"}]}}";
    try (JsonParser parser = new JsonFactory().createParser(json)) {
      parser.nextToken();
      return new PodReader(PREFIX).read(parser, MemoryBudget.UNBOUNDED);
    } catch (IOException | MalformedPodException e) {
      throw new IllegalStateException(e);
    }
  }

  private static IdentityGuard guard(String policy) throws Exception {
    var read = RolePolicyReader.read("policy.yaml", policy);
    return IdentityGuard.of(
        () -> Optional.of(read),
        new PolicyDefaults("sts.amazonaws.com", Optional.empty()),
        Optional.empty());
  }

  private static List<String> answers(Trail trail) {
    return trail.answers().stream().map(answer -> answer.source() + " " + answer.text()).toList();
  }

  private static List<String> settings(Trail trail) {
    return trail.settings().stream()
        .map(setting ->
            setting.key().replace(PREFIX + "/", "")
                + "="
                + setting.value()
                + " "
                + setting.holder().map(Annotation.Holder::name).orElse("flag"))
        .toList();
  }
}
