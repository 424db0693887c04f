package io.webidentity.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EphemeralContainer;
import io.fabric8.kubernetes.api.model.EphemeralContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.webidentity.account.AccountKey;
import io.webidentity.testing.cluster.InstalledWebhook;
import io.webidentity.testing.cluster.RealCluster;
import io.webidentity.testing.cluster.TestCluster;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Debug containers of real pods, added through the subresource as {@code kubectl debug} does. */
@RealCluster
class EphemeralContainersClusterTest {
  private static final String MOUNT_PATH = "/var/run/secrets/eks.amazonaws.com/serviceaccount";

  private static final Map<String, String> OTHER_ROLE =
      Map.of("eks.amazonaws.com/role-arn", "arn:aws:iam::111122223333:role/of-later");

  private final TestCluster cluster;

  EphemeralContainersClusterTest(TestCluster cluster) {
    this.cluster = cluster;
  }

  @Test
  void a_debug_container_of_an_injected_pod_acts_as_the_pod_whatever_its_account_has_become() {
    try (InstalledWebhook webhook =
        InstalledWebhook.with(
            cluster,
            "--inject-ephemeral-containers",
            "--aws-default-region=eu-central-1",
            "--role-session-name={pod-uid}")) {
      AccountKey account = annotatedAccount(webhook);
      Pod pod = cluster.client().pods().resource(Workloads.pod(account)).create();
      assertThat(Workloads.hasCredentials(pod, account)).isTrue();
      cluster.client().resource(Workloads.account(account, OTHER_ROLE)).update();

      Pod debugged = debug(pod, "debugger");

      EphemeralContainer debugger = debugged.getSpec().getEphemeralContainers().getFirst();
      assertThat(debugger.getEnv())
          .isEqualTo(injectedInto(pod))
          .extracting(EnvVar::getName)
          .contains("AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_SESSION_NAME");
      assertThat(debugger.getVolumeMounts())
          .singleElement()
          .satisfies(mount -> {
            assertThat(mount.getName()).isEqualTo("aws-iam-token");
            assertThat(mount.getMountPath()).isEqualTo(MOUNT_PATH);
            assertThat(mount.getReadOnly()).isTrue();
          });
      assertThat(debugged.getSpec().getVolumes()).isEqualTo(pod.getSpec().getVolumes());
      assertThat(debugged.getMetadata().getLabels()).isEqualTo(pod.getMetadata().getLabels());

      Pod again = debug(debugged, "second");

      assertThat(again.getSpec().getEphemeralContainers())
          .hasSize(2)
          .contains(debugger)
          .allSatisfy(each -> assertThat(each.getEnv()).isEqualTo(debugger.getEnv()));
    }
  }

  @Test
  void a_debug_container_of_a_pod_without_credentials_gets_none_even_if_the_account_has_a_role() {
    try (InstalledWebhook webhook =
        InstalledWebhook.with(cluster, "--inject-ephemeral-containers")) {
      AccountKey account = new AccountKey(webhook.namespace(), cluster.newName("app"));
      cluster.client().resource(Workloads.account(account, Map.of())).create();
      Pod pod = cluster.client().pods().resource(Workloads.pod(account)).create();
      cluster.client().resource(Workloads.annotated(account)).update();

      assertUntouched(debug(pod, "debugger"));
    }
  }

  @Test
  void without_the_flag_a_debug_container_stays_as_it_is() {
    try (InstalledWebhook webhook = InstalledWebhook.with(cluster)) {
      AccountKey account = annotatedAccount(webhook);
      Pod pod = cluster.client().pods().resource(Workloads.pod(account)).create();
      assertThat(Workloads.hasCredentials(pod, account)).isTrue();

      assertUntouched(debug(pod, "debugger"));
    }
  }

  private AccountKey annotatedAccount(InstalledWebhook webhook) {
    AccountKey account = new AccountKey(webhook.namespace(), cluster.newName("app"));
    cluster.client().resource(Workloads.annotated(account)).create();
    return account;
  }

  private Pod debug(Pod pod, String name) {
    return cluster
        .client()
        .pods()
        .resource(pod)
        .ephemeralContainers()
        .edit(found ->
            new PodBuilder(found)
                .editSpec()
                .addToEphemeralContainers(
                    new EphemeralContainerBuilder()
                        .withName(name)
                        .withImage("debug:1")
                        .withTargetContainerName(
                            found.getSpec().getContainers().getFirst().getName())
                        .build())
                .endSpec()
                .build());
  }

  private static void assertUntouched(Pod debugged) {
    EphemeralContainer debugger = debugged.getSpec().getEphemeralContainers().getFirst();
    assertThat(debugger.getEnv()).isEmpty();
    assertThat(debugger.getVolumeMounts()).isEmpty();
  }

  /** All that a container has but its own variable, which comes first. */
  private static List<EnvVar> injectedInto(Pod pod) {
    List<EnvVar> env = pod.getSpec().getContainers().getFirst().getEnv();
    assertThat(env.getFirst().getName()).isEqualTo("LEVEL");
    return env.subList(1, env.size());
  }
}
