package io.webidentity.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.webidentity.account.AccountKey;
import java.util.Map;
import java.util.stream.Stream;

/** Accounts and pods as teams write them, and what the pods must have in the end. */
final class Workloads {
  private static final String ROLE_ANNOTATION = "eks.amazonaws.com/role-arn";
  private static final String MOUNT_PATH = "/var/run/secrets/eks.amazonaws.com/serviceaccount";

  private Workloads() {}

  static String role(AccountKey account) {
    return "arn:aws:iam::111122223333:role/" + account.name();
  }

  /** An account with a role of its own. */
  static ServiceAccount annotated(AccountKey account) {
    return account(account, Map.of(ROLE_ANNOTATION, role(account)));
  }

  static ServiceAccount account(AccountKey account, Map<String, String> annotations) {
    return new ServiceAccountBuilder()
        .withNewMetadata()
        .withNamespace(account.namespace())
        .withName(account.name())
        .withAnnotations(annotations)
        .endMetadata()
        .build();
  }

  /** A pod with a container and an init container. */
  static Pod pod(AccountKey account) {
    return new PodBuilder()
        .withNewMetadata()
        .withNamespace(account.namespace())
        .withGenerateName("app-")
        .endMetadata()
        .withSpec(podSpec(account))
        .build();
  }

  static PodSpec podSpec(AccountKey account) {
    return new PodBuilder()
        .withNewSpec()
        .withServiceAccountName(account.name())
        .addNewInitContainer()
        .withName("migrate")
        .withImage("app:1")
        .endInitContainer()
        .addNewContainer()
        .withName("app")
        .withImage("app:1")
        .addNewEnv()
        .withName("LEVEL")
        .withValue("info")
        .endEnv()
        .endContainer()
        .endSpec()
        .buildSpec();
  }

  /** Whether every container can use the account's role. */
  static boolean hasCredentials(Pod pod, AccountKey account) {
    return tokenVolumes(pod) == 1
        && containers(pod).allMatch(container -> hasCredentials(container, role(account)));
  }

  private static boolean hasCredentials(Container container, String role) {
    return role.equals(variable(container, "AWS_ROLE_ARN"))
        && (MOUNT_PATH + "/token").equals(variable(container, "AWS_WEB_IDENTITY_TOKEN_FILE"))
        && container.getVolumeMounts().stream()
            .anyMatch(mount ->
                mount.getName().equals("aws-iam-token")
                    && mount.getMountPath().equals(MOUNT_PATH)
                    && Boolean.TRUE.equals(mount.getReadOnly()));
  }

  static void assertUntouched(Pod pod) {
    assertThat(tokenVolumes(pod)).isZero();
    assertThat(containers(pod).flatMap(container -> container.getEnv().stream()))
        .extracting(EnvVar::getName)
        .containsOnly("LEVEL");
  }

  private static long tokenVolumes(Pod pod) {
    return pod.getSpec().getVolumes().stream()
        .filter(volume -> volume.getName().startsWith("aws-iam-token"))
        .count();
  }

  private static Stream<Container> containers(Pod pod) {
    return Stream.concat(
        pod.getSpec().getInitContainers().stream(), pod.getSpec().getContainers().stream());
  }

  private static String variable(Container container, String name) {
    return container.getEnv().stream()
        .filter(variable -> variable.getName().equals(name))
        .map(EnvVar::getValue)
        .findFirst()
        .orElse("");
  }
}
