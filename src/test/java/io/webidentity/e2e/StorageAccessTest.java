package io.webidentity.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.webidentity.e2e.Team.Ended;
import java.util.Map;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Applications reach their bucket, and nothing else, with nothing but what was injected. First of
 * all: it starts what {@link TokenRotationTest} waits for at the end.
 */
@EndToEnd
@Order(0)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StorageAccessTest {
  private static final String ONCE = "0";

  private final StoragePlatform platform;
  private final Team team;

  StorageAccessTest(StoragePlatform platform) {
    this.platform = platform;
    this.team = new Team(platform.cluster());
  }

  @Test
  void a_deployment_with_an_annotated_account_writes_and_reads_an_object() {
    String account = team.newAccount(StorageRole.REPORTS);
    platform
        .cluster()
        .client()
        .resource(
            new DeploymentBuilder()
                .withNewMetadata()
                .withNamespace(team.namespace())
                .withName("reports")
                .endMetadata()
                .withNewSpec()
                .withNewSelector()
                .addToMatchLabels("app", "reports")
                .endSelector()
                .withNewTemplate()
                .withNewMetadata()
                .addToLabels("app", "reports")
                .endMetadata()
                .withNewSpec()
                .withServiceAccountName(account)
                .withContainers(
                    Team.container(
                        "reports",
                        ApplicationImages.JAVA,
                        StorageRole.REPORTS.bucket(),
                        "of-a-deployment",
                        "3600"))
                .endSpec()
                .endTemplate()
                .endSpec()
                .build())
        .create();

    String log = team.awaitLine(team.awaitPod("app", "reports"), "reports", "read: ");

    tell("Deployment, AWS SDK for Java", log);
    assertThat(log)
        .contains("subject=system:serviceaccount:%s:%s".formatted(team.namespace(), account))
        .contains("assumed: role=" + StorageRole.REPORTS.arn())
        .contains("session=%s.%s".formatted(team.namespace(), account))
        .contains("read: s3://reports/of-a-deployment \"written by of-a-deployment at ");
    assertThat(platform.store().read(StorageRole.REPORTS, "of-a-deployment"))
        .startsWith("written by of-a-deployment at ");
  }

  @Test
  void a_python_application_writes_and_reads_an_object() {
    Ended ended = python(team.newAccount(StorageRole.REPORTS), StorageRole.REPORTS, "of-python");

    tell("Pod, boto3", ended.log());
    assertThat(ended.phase()).as(ended.log()).isEqualTo("Succeeded");
    assertThat(ended.log())
        .contains("credentials: by=assume-role-with-web-identity")
        .contains("read: s3://reports/of-python \"written by of-python\"");
    assertThat(platform.store().read(StorageRole.REPORTS, "of-python"))
        .isEqualTo("written by of-python");
  }

  @Test
  void init_containers_and_native_sidecars_reach_the_bucket_too() {
    String bucket = StorageRole.REPORTS.bucket();
    Pod pod =
        new PodBuilder(
                team.pod(
                    team.newAccount(StorageRole.REPORTS),
                    // It goes on: a pod's sidecars end with it.
                    Team.container("main", ApplicationImages.JAVA, bucket, "of-main", "3600")))
            .editSpec()
            .withInitContainers(
                Team.container("init", ApplicationImages.PYTHON, bucket, "of-init"),
                sidecar(bucket))
            .endSpec()
            .build();

    Pod created = team.create(pod);

    assertThat(team.awaitLine(created, "init", "read: ")).contains("s3://reports/of-init");
    assertThat(team.awaitLine(created, "sidecar", "read: ")).contains("s3://reports/of-sidecar");
    assertThat(team.awaitLine(created, "main", "read: ")).contains("s3://reports/of-main");
    assertThat(platform.store().keys(StorageRole.REPORTS))
        .contains("of-init", "of-sidecar", "of-main");
  }

  @Test
  void an_account_with_an_audience_of_its_own_gets_the_role_that_wants_it() {
    Ended ended = java(team.newAccount(StorageRole.INVOICES), StorageRole.INVOICES, "own-audience");

    assertThat(ended.phase()).as(ended.log()).isEqualTo("Succeeded");
    assertThat(ended.log())
        .contains("audience=" + StorageRole.INVOICES.audience())
        .contains("assumed: role=" + StorageRole.INVOICES.arn())
        .contains("read: s3://invoices/own-audience");
  }

  @Test
  void an_account_without_annotation_gets_no_credentials() {
    String account = team.newAccount();
    String bucket = StorageRole.REPORTS.bucket();
    Ended java =
        team.run(
            team.pod(
                account,
                knowingTheStore(
                    Team.container("java", ApplicationImages.JAVA, bucket, "of-nobody", ONCE))));
    Ended python =
        team.run(
            team.pod(
                account,
                knowingTheStore(
                    Team.container("python", ApplicationImages.PYTHON, bucket, "of-nobody"))));

    assertThat(java.phase()).isEqualTo("Failed");
    assertThat(java.log())
        .contains("token: none")
        .contains("failed: Unable to load credentials")
        .doesNotContain("assumed:");
    assertThat(python.phase()).isEqualTo("Failed");
    assertThat(python.log())
        .contains("credentials: by=none")
        .contains("failed: Unable to locate credentials");
    assertThat(platform.store().keys(StorageRole.REPORTS)).doesNotContain("of-nobody");
  }

  @Test
  void a_role_cannot_touch_the_bucket_of_another() {
    String account = team.newAccount(StorageRole.REPORTS);
    Ended java = java(account, StorageRole.INVOICES, "of-a-stranger");
    Ended python = python(account, StorageRole.INVOICES, "of-a-stranger");

    assertThat(java.phase()).isEqualTo("Failed");
    assertThat(java.log())
        .contains("assumed: role=" + StorageRole.REPORTS.arn())
        .contains("refused: AccessDenied (403)");
    assertThat(python.phase()).isEqualTo("Failed");
    assertThat(python.log()).contains("refused: AccessDenied (403)");
    assertThat(platform.store().keys(StorageRole.INVOICES)).doesNotContain("of-a-stranger");
  }

  @Test
  void a_token_with_the_wrong_audience_is_refused_by_sts() {
    String account =
        team.newAccount(
            Map.of(
                "role-arn", StorageRole.REPORTS.arn(),
                "audience", StorageRole.INVOICES.audience()));
    Ended java = java(account, StorageRole.REPORTS, "of-the-wrong-audience");
    Ended python = python(account, StorageRole.REPORTS, "of-the-wrong-audience");

    assertThat(java.phase()).isEqualTo("Failed");
    assertThat(java.log())
        .contains("audience=" + StorageRole.INVOICES.audience())
        .contains("must match configured OpenID Client ID (Service: Sts, Status Code: 400")
        .doesNotContain("assumed:");
    assertThat(python.phase()).isEqualTo("Failed");
    assertThat(python.log())
        .contains("refused: InvalidParameterValue (400)")
        .contains("must match configured OpenID Client ID");
    assertThat(platform.store().keys(StorageRole.REPORTS)).doesNotContain("of-the-wrong-audience");
  }

  /** With all but credentials: without a region, a client does not get as far as to want them. */
  private Container knowingTheStore(Container container) {
    return new ContainerBuilder(container)
        .addNewEnv()
        .withName("AWS_REGION")
        .withValue(ObjectStore.REGION)
        .endEnv()
        .addNewEnv()
        .withName("AWS_ENDPOINT_URL")
        .withValue(platform.store().url().toString())
        .endEnv()
        .build();
  }

  private Ended java(String account, StorageRole role, String key) {
    return team.run(
        team.pod(
            account, Team.container("java", ApplicationImages.JAVA, role.bucket(), key, ONCE)));
  }

  private Ended python(String account, StorageRole role, String key) {
    return team.run(
        team.pod(account, Team.container("python", ApplicationImages.PYTHON, role.bucket(), key)));
  }

  private static Container sidecar(String bucket) {
    return new ContainerBuilder(
            Team.container("sidecar", ApplicationImages.JAVA, bucket, "of-sidecar", "3600"))
        .withRestartPolicy("Always")
        .build();
  }

  private static void tell(String what, String log) {
    System.out.printf("---- %s, its own log:%n%s----%n", what, log);
  }
}
