package io.webidentity.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.webidentity.audit.Cause.Code;
import io.webidentity.audit.PodCheck.Compared;
import io.webidentity.config.AccountSourceSettings;
import io.webidentity.kubernetes.ApiObjects;
import io.webidentity.testing.server.ObjectServer;
import io.webidentity.testing.server.ObjectServer.Posted;
import io.webidentity.watch.UnusableContentException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class EvictionsTest {
  private static final Instant MORNING = Instant.parse("2026-01-02T08:00:00Z");

  private final AtomicLong nanos = new AtomicLong();

  /** Pods that differ when they are looked at again. */
  private final List<Difference> now = new ArrayList<>();

  @TempDir private Path folder;
  private ObjectServer server;
  private ApiObjects api;
  private Evictions evictions;

  @BeforeEach
  void start() throws IOException, UnusableContentException {
    server = ObjectServer.start();
    api = connect(server, folder);
    evictions = new Evictions(api, (_, differing) -> now.forEach(differing), 60, nanos::get);
  }

  static ApiObjects connect(ObjectServer server, Path folder) throws UnusableContentException {
    return ApiObjects.connect(
        new AccountSourceSettings.Cluster(
            Optional.of(server.kubeconfig(folder.resolve("kubeconfig"))),
            Optional.empty(),
            Duration.ofSeconds(2)));
  }

  @AfterEach
  void stop() {
    api.close();
    server.close();
  }

  @Test
  void the_pod_is_evicted_that_was_looked_at_and_no_namesake() throws Exception {
    offer(pod("web-1", "Deployment", PodState.MISSING, Code.NO_ANSWER_IGNORED));

    assertThat(evictions.next()).map(Difference::pod).contains("web-1");

    Posted posted = server.posted().getFirst();
    assertThat(posted.path()).isEqualTo("/api/v1/namespaces/shop/pods/web-1/eviction");
    assertThat(new ObjectMapper().readTree(posted.body()))
        .isEqualTo(
            new ObjectMapper()
                .readTree(
                    """
                    {"apiVersion": "policy/v1", "kind": "Eviction",
                     "metadata": {"name": "web-1", "namespace": "shop"},
                     "deleteOptions": {"preconditions": {"uid": "uid-of-web-1"}}}
                    """));
    assertThat(evictions.count(EvictionResult.EVICTED)).isOne();
  }

  @ParameterizedTest
  @CsvSource({
    "Deployment, true",
    "StatefulSet, true",
    "DaemonSet, true",
    "ReplicaSet, true",
    "ReplicationController, true",
    "Job, false",
    "Pod, false",
    "Node, false",
    "Rollout, false",
  })
  void only_pods_are_evicted_for_which_a_controller_makes_others(String kind, boolean evicted)
      throws Exception {
    offer(pod("web-1", kind, PodState.MISSING, Code.NO_ANSWER_IGNORED));

    assertThat(evictions.next().isPresent()).isEqualTo(evicted);
  }

  @ParameterizedTest
  @EnumSource
  void only_pods_that_lack_credentials_are_evicted(PodState state) throws Exception {
    offer(pod("web-1", "Deployment", state, Code.SETTINGS_CHANGED));

    assertThat(evictions.next().isPresent())
        .isEqualTo(state == PodState.MISSING || state == PodState.PARTLY);
  }

  @ParameterizedTest
  @EnumSource
  void no_pod_is_evicted_for_one_that_would_be_like_it(Code cause) throws Exception {
    offer(pod("web-1", "Deployment", PodState.MISSING, cause));

    assertThat(evictions.next().isPresent())
        .isEqualTo(
            !cause.lasts() && cause != Code.NOT_READABLE && cause != Code.CONDITIONS_UNKNOWN);
  }

  @Test
  void evictions_are_spaced_and_a_workload_loses_one_pod_a_minute() throws Exception {
    offer(pod("web-1", "Deployment", PodState.MISSING, Code.NO_ANSWER_IGNORED));
    offer(pod("web-2", "Deployment", PodState.MISSING, Code.NO_ANSWER_IGNORED));
    offer(pod("db-1", "StatefulSet", PodState.MISSING, Code.NO_ANSWER_IGNORED));

    assertThat(evicted(Duration.ZERO)).contains("web-1");
    assertThat(evicted(Duration.ofMillis(999))).as("60 a minute").isEmpty();
    assertThat(evicted(Duration.ofMillis(1))).contains("db-1");
    assertThat(evicted(Duration.ofSeconds(58))).isEmpty();
    assertThat(evicted(Duration.ofSeconds(1))).contains("web-2");
    assertThat(evictions.waiting()).isFalse();
  }

  @Test
  void an_eviction_that_did_not_help_is_not_repeated_that_day() throws Exception {
    Difference first = pod("web-1", "Deployment", PodState.MISSING, Code.NO_ANSWER_IGNORED);
    Difference second = pod("web-2", "Deployment", PodState.MISSING, Code.NO_ANSWER_IGNORED);
    offer(first);
    offer(second);
    assertThat(evicted(Duration.ZERO)).contains("web-1");

    evictions.clear();
    offer(second);
    offer(created(first, "web-3", MORNING.plusSeconds(60)));

    assertThat(evicted(Duration.ofMinutes(2))).isEmpty();
    assertThat(evictions.waiting()).isFalse();
    nanos.addAndGet(Duration.ofHours(25).toNanos());
    evictions.clear();
    offer(second);
    assertThat(evicted(Duration.ZERO)).contains("web-2");
  }

  @Test
  void before_the_second_pod_of_a_workload_it_is_seen_whether_the_first_eviction_helped()
      throws Exception {
    Difference first = pod("web-1", "Deployment", PodState.MISSING, Code.NO_ANSWER_IGNORED);
    offer(first);
    offer(pod("web-2", "Deployment", PodState.MISSING, Code.NO_ANSWER_IGNORED));
    assertThat(evicted(Duration.ZERO)).contains("web-1");

    now.add(created(first, "web-3", MORNING.plusSeconds(60)));

    assertThat(evicted(Duration.ofMinutes(2))).isEmpty();
    assertThat(server.posted()).hasSize(1);
  }

  @Test
  void a_pod_that_is_as_it_should_be_by_now_is_not_evicted() throws Exception {
    offer(pod("web-1", "Deployment", PodState.MISSING, Code.NO_ANSWER_IGNORED));
    now.clear();

    assertThat(evicted(Duration.ZERO)).isEmpty();
    assertThat(server.posted()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"429, REFUSED", "404, GONE", "409, GONE"})
  void what_keeps_a_pod_is_counted_and_the_workload_stays_as_it_was(
      int status, EvictionResult result) throws Exception {
    server.refusing("/api/v1/namespaces/shop/pods/web-1/eviction", status);
    offer(pod("web-1", "Deployment", PodState.MISSING, Code.NO_ANSWER_IGNORED));
    offer(pod("web-2", "Deployment", PodState.MISSING, Code.NO_ANSWER_IGNORED));

    assertThat(evicted(Duration.ZERO)).isEmpty();
    assertThat(evictions.count(result)).isOne();
    assertThat(evicted(Duration.ofSeconds(1))).contains("web-2");
  }

  @Test
  void a_missing_right_is_a_problem_with_the_pods_name() {
    server.refusing("/api/v1/namespaces/shop/pods/web-1/eviction", 403);
    offer(pod("web-1", "Deployment", PodState.MISSING, Code.NO_ANSWER_IGNORED));

    assertThatThrownBy(evictions::next)
        .isInstanceOf(UnusableContentException.class)
        .hasMessage("the API server does not evict pod web-1 of namespace shop: refused");
    assertThat(evictions.count(EvictionResult.FAILED)).isOne();
  }

  @Test
  void no_more_pods_are_kept_than_memory_is_set_aside_for() throws Exception {
    for (int i = 0; i < 3 * Evictions.MOST_PODS; i++) {
      offer(pod("web-" + i, "Deployment", PodState.MISSING, Code.NO_ANSWER_IGNORED));
    }
    int evicted = 0;
    while (evictions.waiting()) {
      evicted += evicted(Duration.ofMinutes(1)).isPresent() ? 1 : 0;
    }

    assertThat(evicted).isEqualTo(Evictions.MOST_PODS);
  }

  private void offer(Difference pod) {
    now.add(pod);
    evictions.offer(pod);
  }

  private Optional<String> evicted(Duration later) throws UnusableContentException {
    nanos.addAndGet(later.toNanos());
    return evictions.next().map(Difference::pod);
  }

  private static Difference pod(String name, String kind, PodState state, Code cause) {
    String workload = name.replaceFirst("-.*", "");
    return new Difference(
        "shop",
        name,
        "uid-of-" + name,
        MORNING,
        new Owner("apps/v1", kind, workload, "uid-of-" + workload),
        state,
        new Compared("app", state, HeldCredentials.NONE, HeldCredentials.NONE),
        List.of(new Cause(cause, "so it is")));
  }

  private static Difference created(Difference like, String name, Instant created) {
    return new Difference(
        like.namespace(),
        name,
        "uid-of-" + name,
        created,
        like.owner(),
        like.state(),
        like.worst(),
        like.causes());
  }
}
