package io.webidentity.kubernetes;

import static io.webidentity.kubernetes.WebhookInProcess.NONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import io.webidentity.account.AccountKey;
import io.webidentity.identity.source.ConfigMapRoles;
import io.webidentity.rolepolicy.RolePolicyConfigMap;
import io.webidentity.testing.cluster.ApiServerProxy;
import io.webidentity.testing.cluster.RealCluster;
import io.webidentity.testing.cluster.TestCluster;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** The largest objects that API servers take, each beside small ones. */
@RealCluster
class LargeObjectsClusterTest {
  /** Keys and values of all annotations of an object (Kubernetes, TotalAnnotationSizeLimitB). */
  private static final int MOST_ANNOTATIONS = 256 * 1024;

  /** The values of a ConfigMap (Kubernetes, MaxSecretSize). */
  private static final int MOST_DATA = 1024 * 1024;

  private static final String ANNOTATION = "eks.amazonaws.com/role-arn";
  private static final String FILLER = "filler";

  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final Logger log = (Logger) LoggerFactory.getLogger("io.webidentity");
  private final TestCluster cluster;
  private final String namespace;
  private final AccountKey small;
  private final AccountKey plain;
  private final AccountKey large;
  private final AccountKey mapped;

  LargeObjectsClusterTest(TestCluster cluster) {
    this.cluster = cluster;
    this.namespace = cluster.newNamespace();
    this.small = new AccountKey(namespace, "small");
    this.plain = new AccountKey(namespace, "plain");
    this.large = new AccountKey(namespace, "large");
    this.mapped = new AccountKey(namespace, "mapped");
  }

  @BeforeEach
  void prepare() {
    lines.list = new CopyOnWriteArrayList<>(); // Loops log while this is read.
    lines.start();
    log.setLevel(Level.WARN);
    log.setAdditive(false);
    log.addAppender(lines);
    cluster.createAccount(small, Map.of(ANNOTATION, arn("small")));
    cluster.createAccount(plain, Map.of());
    cluster.createAccount(mapped, Map.of());
    write(WebhookInProcess.POLICY, RolePolicyConfigMap.KEY, "rules: [" + rule("*", "*") + "]");
    write(ConfigMapRoles.NAME, ConfigMapRoles.KEY, "{" + entry("mapped", "mapped") + "}");
  }

  @AfterEach
  void detach() {
    log.detachAppender(lines);
    log.setAdditive(true);
    log.setLevel(null);
  }

  @Test
  void accounts_and_namespaces_with_all_annotations_that_they_may_have_are_known_and_followed()
      throws Exception {
    String space = cluster.newNamespace();
    AccountKey defaulted = new AccountKey(space, "default");
    AccountKey fresh = new AccountKey(namespace, "fresh");
    assertThatExceptionOfType(KubernetesClientException.class)
        .as("one byte more")
        .isThrownBy(() -> cluster.createAccount(large, annotations("large", MOST_ANNOTATIONS + 1)))
        .withMessageContaining("262144");
    cluster.createAccount(large, annotations("large", MOST_ANNOTATIONS));
    annotateSpace(space, annotations("space", MOST_ANNOTATIONS));

    try (ApiServerProxy proxy = proxy();
        WebhookInProcess webhook = started(proxy)) {
      assertNeighboursAreDecided(webhook);
      assertThat(webhook.watched(large)).isEqualTo("large");
      assertThat(webhook.review(large)).isEqualTo("large");
      assertThat(webhook.review(defaulted)).isEqualTo("space");

      annotate(large, annotations("after", MOST_ANNOTATIONS));
      annotateSpace(space, annotations("after", MOST_ANNOTATIONS));
      await().until(() -> webhook.watched(large).equals("after"));
      await().until(() -> webhook.review(defaulted).equals("after"));

      proxy.holdWatches();
      cluster.createAccount(fresh, annotations("fresh", MOST_ANNOTATIONS));
      assertThat(webhook.review(fresh)).as("looked up").isEqualTo("fresh");
      assertNeighboursAreDecided(webhook);
      assertThat(webhook.watching()).isTrue();
    }
  }

  @Test
  void a_role_policy_as_large_as_a_config_map_is_in_force_or_the_one_before_it_is()
      throws Exception {
    try (ApiServerProxy proxy = proxy();
        WebhookInProcess webhook = started(proxy)) {
      assertNeighboursAreDecided(webhook);

      writePolicy(rule(namespace, "mapped"));
      await().until(() -> webhook.review(small).equals(NONE));
      assertThat(webhook.review(mapped)).isEqualTo("mapped");

      writePolicy("{namespaces: [" + namespace + "], rolez: []}");
      await().until(() -> said("ConfigMap " + namespace + "/policy, line 1: ", ".rolez is no"));
      assertThat(webhook.review(small)).isEqualTo(NONE);
      assertThat(webhook.review(mapped)).isEqualTo("mapped");

      writePolicy(rule(namespace, "small"));
      await().until(() -> webhook.review(small).equals("small"));
      assertThat(webhook.review(mapped)).isEqualTo(NONE);
    }
  }

  @Test
  void a_role_map_as_large_as_a_config_map_is_in_use_or_the_one_before_it_is() throws Exception {
    try (ApiServerProxy proxy = proxy();
        WebhookInProcess webhook = started(proxy)) {
      assertNeighboursAreDecided(webhook);

      writeRoleMap(entry("mapped", "large-map"));
      await().until(() -> webhook.review(mapped).equals("large-map"));
      assertThat(webhook.review(small)).isEqualTo("small");

      writeRoleMap("\"" + namespace + "/mapped\":{\"RoleARN\":");
      await().until(() -> said("pod-identity-webhook cannot be used: line 1 is not JSON"));
      assertThat(webhook.review(mapped)).isEqualTo("large-map");

      writeRoleMap(entry("plain", "plain"));
      await().until(() -> webhook.review(plain).equals("plain"));
      assertThat(webhook.review(mapped)).isEqualTo(NONE);
      assertThat(webhook.review(small)).isEqualTo("small");
    }
  }

  private void assertNeighboursAreDecided(WebhookInProcess webhook) {
    assertThat(webhook.review(small)).isEqualTo("small");
    assertThat(webhook.review(plain)).isEqualTo(NONE);
    assertThat(webhook.review(mapped)).isEqualTo("mapped");
  }

  private ApiServerProxy proxy() {
    return cluster.webhookProxy(List.of("namespaces", "configmaps"));
  }

  private WebhookInProcess started(ApiServerProxy proxy) throws Exception {
    // An hour ahead: none of the accounts counts as just created.
    Clock clock = Clock.offset(Clock.systemUTC(), Duration.ofHours(1));
    WebhookInProcess webhook = new WebhookInProcess(proxy.kubeconfig(), namespace, clock);
    await().until(webhook::ready);
    return webhook;
  }

  private static ConditionFactory await() {
    return Awaitility.await()
        .dontCatchUncaughtExceptions()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(100));
  }

  /** Whether a line of the log, of a length that is read, has all of these. */
  private boolean said(String... parts) {
    return lines.list.stream()
        .map(ILoggingEvent::getFormattedMessage)
        .filter(line -> line.contains(namespace) && line.length() < 300)
        .anyMatch(line -> List.of(parts).stream().allMatch(line::contains));
  }

  private static Map<String, String> annotations(String role, int bytes) {
    int others = ANNOTATION.length() + arn(role).length() + FILLER.length();
    return Map.of(ANNOTATION, arn(role), FILLER, "x".repeat(bytes - others));
  }

  private void annotate(AccountKey account, Map<String, String> annotations) {
    cluster
        .client()
        .serviceAccounts()
        .inNamespace(account.namespace())
        .withName(account.name())
        .edit(found ->
            new ServiceAccountBuilder(found)
                .editMetadata()
                .withAnnotations(annotations)
                .endMetadata()
                .build());
  }

  private void annotateSpace(String space, Map<String, String> annotations) {
    cluster
        .client()
        .namespaces()
        .withName(space)
        .edit(found ->
            new NamespaceBuilder(found)
                .editMetadata()
                .withAnnotations(annotations)
                .endMetadata()
                .build());
  }

  private static String rule(String namespaces, String role) {
    return "{namespaces: ['%s'], roles: ['%s']}".formatted(namespaces, arn(role));
  }

  /** Thousands of rules about others, and at last this one. */
  private void writePolicy(String last) {
    String text = filled("rules: [", i -> rule("other-" + i, "filler-" + i) + ", ", last + "]");
    write(WebhookInProcess.POLICY, RolePolicyConfigMap.KEY, text);
  }

  private String entry(String account, String role) {
    return "\"%s/%s\":{\"RoleARN\":\"%s\"}".formatted(namespace, account, arn(role));
  }

  /** Thousands of entries about others, and at last this one. */
  private void writeRoleMap(String last) {
    write(
        ConfigMapRoles.NAME,
        ConfigMapRoles.KEY,
        filled("{", i -> entry("filler-" + i, "filler") + ",", last + "}"));
  }

  /** As long as may be: what stays free is less than one more part. */
  private static String filled(String start, IntFunction<String> part, String end) {
    int parts = (MOST_DATA - start.length() - end.length()) / part.apply(99_999).length();
    return IntStream.range(0, parts)
        .map(i -> 10_000 + i)
        .mapToObj(part)
        .collect(Collectors.joining("", start, end));
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
