package io.webidentity.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.webidentity.account.AccountKey;
import io.webidentity.injection.Identity;
import io.webidentity.injection.InjectionSettings;
import io.webidentity.injection.SdkSession;
import io.webidentity.injection.SessionName;
import io.webidentity.injection.StsEndpoints;
import io.webidentity.testing.cluster.InstalledWebhook;
import io.webidentity.testing.cluster.PodApi;
import io.webidentity.testing.cluster.RealCluster;
import io.webidentity.testing.cluster.TestCluster;
import io.webidentity.testing.pod.GoldenCase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every pod of the golden corpus, sent to the API server. What it makes of the pod with the webhook
 * must be what it makes of the case's expected pod without.
 */
@RealCluster
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GoldenCorpusClusterTest {
  /** They mount the volume that only the webhook adds. */
  private static final Set<String> ACCEPTED_ONLY_INJECTED =
      Set.of("mounted-without-volume", "mounted-elsewhere-without-volume");

  /** They have fields that the oldest API server that the chart takes refuses. */
  private static final Set<String> OF_THE_NEWEST = Set.of("newest-fields");

  @TempDir private static Path folder;

  private final TestCluster cluster;
  private final PodApi pods;
  private final String outside;
  private final Map<Server, InstalledWebhook> webhooks = new HashMap<>();

  GoldenCorpusClusterTest(TestCluster cluster) {
    this.cluster = cluster;
    this.pods = new PodApi(cluster);
    this.outside = cluster.newNamespace();
  }

  @AfterAll
  void stop() {
    webhooks.values().forEach(InstalledWebhook::close);
  }

  @TestFactory
  Stream<DynamicTest> the_api_server_accepts_what_becomes_of_every_golden_pod() {
    return checks(golden -> !OF_THE_NEWEST.contains(golden.name()));
  }

  @TestFactory
  @Tag("newest")
  Stream<DynamicTest> the_newest_api_server_accepts_what_becomes_of_those_that_are_for_it() {
    return checks(golden -> OF_THE_NEWEST.contains(golden.name()));
  }

  private Stream<DynamicTest> checks(Predicate<GoldenCase> which) {
    return GoldenCase.all().stream()
        .filter(which)
        .map(golden -> DynamicTest.dynamicTest(golden.name(), () -> check(golden)));
  }

  private void check(GoldenCase golden) {
    String inside = webhooks.computeIfAbsent(Server.of(golden), this::webhookFor).namespace();
    String account = cluster.newName("app");
    cluster.client().resource(account(golden, new AccountKey(inside, account))).create();
    cluster.client().resource(account(golden, new AccountKey(outside, account))).create();

    PodApi.Answer without = pods.dryRun(outside, adapted(golden.pod(), account, outside));
    PodApi.Answer with = pods.dryRun(inside, adapted(golden.pod(), account, inside));

    assertThat(with.message()).doesNotContain("failed calling webhook");
    assertThat(without.accepted()).as(without.message()).isEqualTo(golden.acceptedByApiServer());
    assertThat(with.accepted())
        .as(with.message())
        .isEqualTo(without.accepted() || ACCEPTED_ONLY_INJECTED.contains(golden.name()));
    if (with.accepted()) {
      PodApi.Answer expected =
          pods.dryRun(outside, adapted(golden.expectedPod(), account, outside));
      assertThat(expected.accepted()).as(expected.message()).isTrue();
      assertThat(with.body().path("spec")).isEqualTo(expected.body().path("spec"));
      for (String field : List.of("labels", "annotations")) {
        assertThat(with.body().path("metadata").path(field))
            .isEqualTo(expected.body().path("metadata").path(field));
      }
    }
  }

  /**
   * The pod for this namespace and account. Without the API server's own token: its volume has a
   * random name, and whether it comes before ours depends on who was first.
   */
  private static JsonNode adapted(JsonNode pod, String account, String namespace) {
    ObjectNode copy = pod.deepCopy();
    if (copy.path("metadata") instanceof ObjectNode metadata && metadata.has("namespace")) {
      metadata.put("namespace", namespace);
    }
    if (copy.path("spec") instanceof ObjectNode spec) {
      if (!spec.path("serviceAccountName").asText("").isEmpty()) {
        spec.put("serviceAccountName", account);
      }
      spec.put("automountServiceAccountToken", false);
    }
    return copy;
  }

  private static ServiceAccount account(GoldenCase golden, AccountKey account) {
    Identity identity = golden.identity();
    String prefix = golden.settings().annotationPrefix() + "/";
    Map<String, String> annotations = new HashMap<>();
    identity.role().ifPresent(role -> annotations.put(prefix + "role-arn", role.value()));
    identity.region().ifPresent(region -> annotations.put(prefix + "region", region));
    annotations.put(prefix + "audience", identity.token().audience());
    annotations.put(
        prefix + "token-expiration", Long.toString(identity.token().expirationSeconds()));
    annotations.put(
        prefix + "sts-regional-endpoints",
        Boolean.toString(identity.endpoints() == StsEndpoints.REGIONAL));
    annotations.putAll(session(identity.session(), prefix));
    return Workloads.account(account, annotations);
  }

  private static Map<String, String> session(SdkSession session, String prefix) {
    Map<String, String> annotations = new HashMap<>();
    session
        .name()
        .ifPresent(name ->
            annotations.put(
                prefix + "role-session-name",
                switch (name) {
                  case SessionName.Text(String text) -> text;
                  case SessionName.PodUid() -> "{pod-uid}";
                }));
    session
        .stsEndpoint()
        .ifPresent(url -> annotations.put(prefix + "sts-endpoint-url", url.value()));
    session.endpoint().ifPresent(url -> annotations.put(prefix + "endpoint-url", url.value()));
    return annotations;
  }

  private InstalledWebhook webhookFor(Server server) {
    InjectionSettings settings = server.settings();
    List<String> flags = new ArrayList<>();
    if (server.podAudience().isPresent()) {
      flags.add("--container-credentials-audience=" + server.podAudience().get());
      flags.add("--watch-container-credentials-config=" + everybody());
      flags.add(
          "--container-credentials-token-mount-path="
              + settings.containerCredentials().mountPath());
      flags.add(
          "--container-credentials-token-volume-name="
              + settings.containerCredentials().volumeName());
      flags.add(
          "--container-credentials-token-path=" + settings.containerCredentials().tokenPath());
      flags.add("--container-credentials-full-uri=" + settings.containerCredentials().fullUri());
    }
    flags.add("--annotation-prefix=" + settings.annotationPrefix());
    flags.add("--token-mount-path=" + settings.tokenMountPath());
    return InstalledWebhook.with(cluster, flags.toArray(String[]::new));
  }

  private Path everybody() {
    try {
      return Files.writeString(
          folder.resolve("everybody.json"),
          "{\"identities\":[{\"namespace\":\"*\",\"serviceAccount\":\"*\"}]}");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * One server for all cases of the same flags.
   *
   * @param podAudience the audience of container credentials, where all accounts get them
   */
  private record Server(InjectionSettings settings, Optional<String> podAudience) {
    static Server of(GoldenCase golden) {
      Identity identity = golden.identity();
      return new Server(
          golden.settings(),
          identity.role().isPresent()
              ? Optional.empty()
              : Optional.of(identity.token().audience()));
    }
  }
}
