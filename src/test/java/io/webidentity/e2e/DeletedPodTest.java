package io.webidentity.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.webidentity.testing.node.TestNode;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What the token of a pod is worth once the pod is gone. */
@EndToEnd
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DeletedPodTest {
  private static final Duration DEADLINE = Duration.ofMinutes(1);

  private final StoragePlatform platform;
  private final KubernetesClient client;
  private final Team team;

  DeletedPodTest(StoragePlatform platform) {
    this.platform = platform;
    this.client = platform.cluster().client();
    this.team = new Team(platform.cluster());
  }

  @Test
  void the_api_server_refuses_the_token_of_a_deleted_pod() {
    Pod pod = podThatShowsItsToken();
    String token = tokenOf(pod);
    assertThat(review(token).getAuthenticated()).isTrue();
    assertThat(review(token).getUser().getExtra())
        .containsKey("authentication.kubernetes.io/pod-name");

    delete(pod);

    // For some seconds the API server answers for tokens that it has just seen from memory.
    TokenReviewStatus after =
        Awaitility.await("the token is refused")
            .atMost(DEADLINE)
            .until(() -> review(token), status -> status.getAuthenticated() == null);
    assertThat(after.getError()).contains("token has been invalidated");
  }

  /** MinIO checks signature, audience and expiry, as AWS does: nobody asks the API server. */
  @Test
  void an_sts_takes_the_token_of_a_deleted_pod_until_it_expires() {
    Pod pod = podThatShowsItsToken();
    String token = tokenOf(pod);

    delete(pod);

    assertThat(platform.store().assume(StorageRole.REPORTS, token).subjectFromWebIdentityToken())
        .startsWith("system:serviceaccount:%s:".formatted(team.namespace()));
  }

  private Pod podThatShowsItsToken() {
    return team.create(
        team.pod(
            team.newAccount(StorageRole.REPORTS),
            new ContainerBuilder(Team.container("shows", TestNode.BUSYBOX))
                .withCommand(
                    "/bin/sh", "-c", "cat $AWS_WEB_IDENTITY_TOKEN_FILE; echo; sleep 3600 & wait")
                .build()));
  }

  /** Base64 of what a JSON object begins with, an open brace and a quote. */
  private String tokenOf(Pod pod) {
    return team.awaitLine(pod, "shows", "ey").strip();
  }

  private void delete(Pod pod) {
    client.resource(pod).withGracePeriod(0).delete();
    Awaitility.await("the pod is gone")
        .atMost(DEADLINE)
        .until(() -> client.resource(pod).get() == null);
  }

  private TokenReviewStatus review(String token) {
    return client
        .tokenReviews()
        .create(
            new TokenReviewBuilder()
                .withNewSpec()
                .withToken(token)
                .withAudiences(StorageRole.REPORTS.audience())
                .endSpec()
                .build())
        .getStatus();
  }
}
