package io.webidentity.kubernetes;

import static io.webidentity.kubernetes.WebhookInProcess.NONE;
import static io.webidentity.kubernetes.WebhookInProcess.UNDECIDED;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import io.webidentity.account.AccountKey;
import io.webidentity.identity.source.ConfigMapRoles;
import io.webidentity.rolepolicy.RolePolicyConfigMap;
import io.webidentity.testing.cluster.ApiServerProxy;
import io.webidentity.testing.cluster.TestCluster;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/**
 * A webhook whose API server has one fault for a while: healthy, broken, healthy again. Meanwhile
 * everything changes that it decides by.
 */
final class FaultScenario {
  /**
   * From the end of a fault to the last decision by what was before it: the pause between two
   * attempts is 8 s at most, and an answer that never comes is given up after half a minute.
   */
  private static final Duration RECOVERY = Duration.ofSeconds(50);

  private static final String ANNOTATION = "eks.amazonaws.com/role-arn";

  private final TestCluster cluster;
  private final ApiServerFault fault;
  private final String namespace;
  private final String space;
  private final AccountKey known;
  private final AccountKey plain;
  private final AccountKey changed;
  private final AccountKey late;
  private final AccountKey fresh;
  private final AccountKey doomed;
  private final AccountKey mapped;
  private final AccountKey denied;
  private final AccountKey defaulted;

  FaultScenario(TestCluster cluster, ApiServerFault fault) {
    this.cluster = cluster;
    this.fault = fault;
    this.namespace = cluster.newNamespace();
    this.space = cluster.newNamespace();
    this.known = new AccountKey(namespace, "known");
    this.plain = new AccountKey(namespace, "plain");
    this.changed = new AccountKey(namespace, "changed");
    this.late = new AccountKey(namespace, "late");
    this.fresh = new AccountKey(namespace, "fresh");
    this.doomed = new AccountKey(namespace, "doomed");
    this.mapped = new AccountKey(namespace, "mapped");
    this.denied = new AccountKey(namespace, "denied");
    this.defaulted = new AccountKey(space, "default");
  }

  void run() throws Exception {
    prepare();
    // An hour ahead: none of the accounts counts as just created.
    Clock clock = Clock.offset(Clock.systemUTC(), Duration.ofHours(1));
    try (ApiServerProxy proxy = cluster.webhookProxy(List.of("namespaces", "configmaps"));
        WebhookInProcess webhook = new WebhookInProcess(proxy.kubeconfig(), namespace, clock)) {
      await("ready").until(webhook::ready);
      await("healthy").untilAsserted(() -> assertHealthy(webhook));

      fault.begin(proxy);
      change();
      if (fault.freezes()) {
        letSilenceBeNoticed(webhook);
      }
      await("what is looked up")
          .until(() -> {
            assertNeverWrong(webhook);
            return !fault.readsWork() || webhook.review(late).equals("late");
          });
      if (fault.silent()) {
        await("all watches open").until(() -> proxy.silent() == 4);
      }
      ApiServerFault.end(proxy);
      if (fault.silent()) {
        letSilenceBeNoticed(webhook);
      }

      await("decided by what is there now")
          .untilAsserted(() -> {
            assertNeverWrong(webhook);
            assertRecovered(webhook);
          });
      annotate(changed, "last");
      await("a change after the fault").until(() -> webhook.watched(changed).equals("last"));
      assertThat(webhook.watching()).isTrue();
    }
  }

  private static void letSilenceBeNoticed(WebhookInProcess webhook) {
    webhook.skip(WatchAge.SILENCE_LIMIT.plusSeconds(1));
  }

  private void prepare() {
    account(known, "known");
    account(plain, NONE);
    account(changed, "before");
    account(late, NONE);
    account(doomed, "doomed");
    account(mapped, NONE);
    account(denied, "denied");
    annotateSpace("before");
    writeRoleMap("before");
    writePolicy(List.of("*"));
  }

  private void change() {
    annotate(changed, "after");
    annotate(late, "late");
    account(fresh, "fresh");
    cluster.client().serviceAccounts().inNamespace(namespace).withName(doomed.name()).delete();
    annotateSpace("after");
    writeRoleMap("after");
    writePolicy(List.of("known", "before", "after", "late", "fresh", "doomed", "last"));
  }

  private void assertHealthy(WebhookInProcess webhook) {
    assertThat(webhook.review(known)).isEqualTo("known");
    assertThat(webhook.review(plain)).isEqualTo(NONE);
    assertThat(webhook.review(mapped)).isEqualTo("before");
    assertThat(webhook.review(denied)).isEqualTo("denied");
    assertThat(webhook.review(defaulted)).isEqualTo("before");
    assertThat(webhook.watching()).isTrue();
  }

  /** Whatever is broken: the role of before or after, or no decision. */
  private void assertNeverWrong(WebhookInProcess webhook) {
    assertOneOf(webhook, known, "known");
    assertOneOf(webhook, plain, NONE);
    assertOneOf(webhook, changed, "before", "after");
    assertOneOf(webhook, late, NONE, "late");
    assertOneOf(webhook, fresh, "fresh");
    assertOneOf(webhook, doomed, "doomed", NONE);
    assertOneOf(webhook, mapped, "before", "after");
    assertOneOf(webhook, denied, "denied", NONE);
    assertOneOf(webhook, defaulted, "before", "after");
  }

  private void assertOneOf(WebhookInProcess webhook, AccountKey account, String... right) {
    Set<String> allowed = new TreeSet<>(List.of(right));
    allowed.add(UNDECIDED);
    assertThat(webhook.review(account)).as("%s: %s", fault, account.name()).isIn(allowed);
  }

  private void assertRecovered(WebhookInProcess webhook) {
    assertThat(webhook.review(changed)).isEqualTo("after");
    assertThat(webhook.review(late)).isEqualTo("late");
    assertThat(webhook.review(fresh)).isEqualTo("fresh");
    assertThat(webhook.review(doomed)).isEqualTo(NONE);
    assertThat(webhook.review(mapped)).isEqualTo("after");
    assertThat(webhook.review(denied)).isEqualTo(NONE);
    assertThat(webhook.review(defaulted)).isEqualTo("after");
    assertThat(webhook.watched(late)).isEqualTo("late");
    assertThat(webhook.watching()).isTrue();
  }

  private ConditionFactory await(String what) {
    return Awaitility.await(fault + ": " + what)
        // Others run beside this one, with exceptions of their own.
        .dontCatchUncaughtExceptions()
        .atMost(RECOVERY)
        .pollInterval(Duration.ofMillis(200));
  }

  private void account(AccountKey account, String role) {
    cluster.createAccount(account, role.equals(NONE) ? Map.of() : Map.of(ANNOTATION, arn(role)));
  }

  private void annotate(AccountKey account, String role) {
    cluster
        .client()
        .serviceAccounts()
        .inNamespace(account.namespace())
        .withName(account.name())
        .edit(found ->
            new ServiceAccountBuilder(found)
                .editMetadata()
                .addToAnnotations(ANNOTATION, arn(role))
                .endMetadata()
                .build());
  }

  private void annotateSpace(String role) {
    cluster
        .client()
        .namespaces()
        .withName(space)
        .edit(found ->
            new NamespaceBuilder(found)
                .editMetadata()
                .addToAnnotations(ANNOTATION, arn(role))
                .endMetadata()
                .build());
  }

  private void writeRoleMap(String role) {
    write(
        ConfigMapRoles.NAME,
        ConfigMapRoles.KEY,
        "{\"%s/mapped\":{\"RoleARN\":\"%s\"}}".formatted(namespace, arn(role)));
  }

  private void writePolicy(List<String> roles) {
    List<String> arns = roles.stream().map(role -> '"' + arn(role) + '"').toList();
    write(
        WebhookInProcess.POLICY,
        RolePolicyConfigMap.KEY,
        "rules: [{namespaces: [\"*\"], roles: %s}]".formatted(arns));
  }

  private void write(String name, String key, String text) {
    cluster
        .client()
        .configMaps()
        .resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .endMetadata()
                .withData(Map.of(key, text))
                .build())
        .createOr(NonDeletingOperation::update);
  }

  private static String arn(String role) {
    return "arn:aws:iam::111122223333:role/" + role;
  }
}
