package io.webidentity.account;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.webidentity.config.AccountSourceSettings;
import io.webidentity.kubernetes.ObjectLookup;
import io.webidentity.kubernetes.ObjectStatistics.LookupResult;
import io.webidentity.policy.NamespaceAnnotations;
import io.webidentity.testing.cluster.ApiServerProxy;
import io.webidentity.testing.cluster.ProxyBehaviour;
import io.webidentity.testing.cluster.RealCluster;
import io.webidentity.testing.cluster.TestCluster;
import io.webidentity.watch.UnusableContentException;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;

/** Against a real API server, with the webhook's own rights and that to read Namespaces. */
@RealCluster
class ClusterNamespacesClusterTest {
  private static final Map<String, String> ANNOTATIONS =
      Map.of("example.com/role-arn", "r", NamespaceAnnotations.PERMITTED, ".*", "note", "x");
  private static final IdentityAnnotations WITH_ROLE =
      new IdentityAnnotations("r", null, null, null, SessionAnnotations.NONE);

  private final TestCluster cluster;

  ClusterNamespacesClusterTest(TestCluster cluster) {
    this.cluster = cluster;
  }

  @Test
  void a_namespace_is_looked_up_until_the_watch_has_delivered_it() throws Exception {
    try (ApiServerProxy proxy = cluster.webhookProxy(List.of("namespaces"));
        ClusterNamespaces namespaces = started(proxy, EnumSet.of(NamespacePart.DEFAULTS))) {
      await().until(namespaces::ready);
      proxy.holdWatches();
      String name = annotated();

      assertThat(namespaces.known(name)).isEmpty();
      assertThat(lookUp(namespaces, name))
          .isEqualTo(new ObjectLookup.Found<>(new NamespaceProperties(WITH_ROLE)));

      proxy.releaseWatches();
      await()
          .untilAsserted(() ->
              assertThat(namespaces.known(name)).contains(new NamespaceProperties(WITH_ROLE)));
      assertThat(namespaces.statistics().annotated()).isPositive();
    }
  }

  @Test
  void labels_and_annotations_that_grant_roles_come_when_they_are_asked_for() throws Exception {
    try (ApiServerProxy proxy = cluster.webhookProxy(List.of("namespaces"));
        ClusterNamespaces namespaces =
            started(proxy, EnumSet.of(NamespacePart.LABELS, NamespacePart.ROLE_ANNOTATIONS))) {
      String name = annotated();

      assertThat(lookUp(namespaces, name))
          .isEqualTo(
              new ObjectLookup.Found<>(
                  new NamespaceProperties(
                      IdentityAnnotations.NONE,
                      Map.of("kubernetes.io/metadata.name", name),
                      Map.of(NamespaceAnnotations.PERMITTED, ".*"))));
    }
  }

  @Test
  void while_the_api_server_is_away_the_look_up_of_an_unseen_one_fails() throws Exception {
    try (ApiServerProxy proxy = cluster.webhookProxy(List.of("namespaces"));
        ClusterNamespaces namespaces = started(proxy, EnumSet.of(NamespacePart.DEFAULTS))) {
      await().until(namespaces::ready);
      proxy.holdWatches();
      String name = annotated();
      proxy.onAll(new ProxyBehaviour.Refuse());

      assertThat(lookUp(namespaces, name))
          .isInstanceOfSatisfying(
              ObjectLookup.Failed.class,
              failed -> {
                assertThat(failed.result()).isIn(LookupResult.FAILED, LookupResult.TIMEOUT);
                assertThat(failed.message()).contains("Namespace " + name);
              });

      proxy.onAll(new ProxyBehaviour.Forward());
      assertThat(lookUp(namespaces, name))
          .isEqualTo(new ObjectLookup.Found<>(new NamespaceProperties(WITH_ROLE)));
    }
  }

  @Test
  void one_that_does_not_exist_has_nothing_and_a_missing_right_is_named() throws Exception {
    try (ApiServerProxy proxy = cluster.webhookProxy(List.of("namespaces"));
        ClusterNamespaces namespaces = started(proxy, EnumSet.of(NamespacePart.DEFAULTS))) {
      assertThat(lookUp(namespaces, "not-there")).isEqualTo(new ObjectLookup.NotFound<>());
      assertThat(lookUp(namespaces, "../configmaps")).isEqualTo(new ObjectLookup.NotFound<>());
    }
    try (ApiServerProxy proxy = cluster.webhookProxy();
        ClusterNamespaces namespaces = started(proxy, EnumSet.of(NamespacePart.DEFAULTS))) {
      assertThat(lookUp(namespaces, annotated()))
          .isInstanceOfSatisfying(
              ObjectLookup.Failed.class,
              failed -> assertThat(failed.message()).contains("403", "get namespaces"));
      assertThat(namespaces.ready()).isFalse();
    }
  }

  private static ClusterNamespaces started(ApiServerProxy proxy, EnumSet<NamespacePart> parts)
      throws UnusableContentException {
    ClusterNamespaces namespaces =
        new ClusterNamespaces(
            new AccountSourceSettings.Cluster(
                Optional.of(proxy.kubeconfig()), Optional.empty(), Duration.ofSeconds(5)),
            parts,
            "example.com",
            Clock.systemUTC());
    namespaces.start(() -> true);
    return namespaces;
  }

  private String annotated() {
    String name = cluster.newNamespace();
    cluster
        .client()
        .namespaces()
        .withName(name)
        .edit(found ->
            new NamespaceBuilder(found)
                .editMetadata()
                .addToAnnotations(ANNOTATIONS)
                .endMetadata()
                .build());
    return name;
  }

  private static ObjectLookup<NamespaceProperties> lookUp(
      ClusterNamespaces namespaces, String name) {
    return namespaces.lookUpLive(name).toCompletableFuture().join();
  }

  private static ConditionFactory await() {
    return Awaitility.await().atMost(Duration.ofMinutes(1));
  }
}
