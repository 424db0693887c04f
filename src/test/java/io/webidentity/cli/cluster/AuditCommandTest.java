package io.webidentity.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.webidentity.cli.ProgramRun;
import io.webidentity.testing.server.ObjectServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code audit} and {@code explain} make of objects that no real cluster shows at will. */
class AuditCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PODS = "/api/v1/pods";
  private static final String CONFIGURATIONS =
      "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations";
  private static final String EARLIER = "2026-01-01T00:00:00Z";
  private static final String POD_TIME = "2026-01-02T00:00:00Z";

  @TempDir private Path folder;

  private ObjectServer api;

  @BeforeEach
  void start() throws IOException {
    api = ObjectServer.start();
    api.with("/api/v1/serviceaccounts", 1, _ -> account(EARLIER, ""));
    api.with("/api/v1/namespaces/shop/serviceaccounts/orders", account(EARLIER, ""));
    api.with("/api/v1/namespaces/shop", "{\"metadata\":{\"name\":\"shop\",\"labels\":{}}}");
    api.with(CONFIGURATIONS, 1, _ -> configuration(EARLIER, "Ignore", "", ""));
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void all_pages_are_read_and_pods_of_one_workload_are_one_finding() throws Exception {
    api.with(PODS, 1200, AuditCommandTest::pod);

    ProgramRun run = audit("-o", "json");
    JsonNode found = JSON.readTree(run.out());

    assertThat(run.exitCode()).as(run.err()).isOne();
    assertThat(found.path("pods").asInt()).isEqualTo(1200);
    assertThat(found.path("workloads")).hasSize(1);
    assertThat(found.at("/workloads/0/pods").asInt()).isEqualTo(1200);
    assertThat(found.at("/workloads/0/command").asText())
        .isEqualTo("kubectl rollout restart statefulset/orders -n shop");
    assertThat(api.pages()).filteredOn(size -> size == 100).hasSize(12);
  }

  @Test
  void a_list_whose_snapshot_expires_is_read_to_its_end() throws Exception {
    api.with(PODS, 1200, AuditCommandTest::pod).expiring(PODS);

    ProgramRun run = audit("-o", "json");

    assertThat(run.err()).isEmpty();
    assertThat(JSON.readTree(run.out()).path("pods").asInt()).isEqualTo(1200);
    assertThat(api.pages()).filteredOn(size -> size == 100).hasSize(12);
  }

  @Test
  void a_cluster_in_order_is_told_in_one_line() {
    api.with(PODS, 0, AuditCommandTest::pod);

    ProgramRun run = audit();

    assertThat(run.exitCode()).isZero();
    assertThat(run.out())
        .startsWith("0 pods looked at; 0 have something else than they should have\n");
  }

  @Test
  void what_is_found_fits_into_a_spreadsheet() {
    api.with(PODS, 1, AuditCommandTest::pod);
    api.with("/api/v1/namespaces/shop/serviceaccounts/orders", account(EARLIER, EARLIER));

    List<String> lines = audit("-o", "csv").out().lines().toList();

    assertThat(lines).hasSize(2);
    assertThat(lines.getFirst()).startsWith("namespace,kind,name,pods,state,");
    assertThat(lines.getLast())
        .startsWith("shop,StatefulSet,orders,1,missing,,,arn:aws:iam::111122223333:role/orders,")
        .contains("\"The webhook may not have answered")
        .endsWith(",kubectl rollout restart statefulset/orders -n shop");
  }

  @Test
  void a_pod_that_is_being_deleted_needs_no_mending() {
    api.with(PODS, 1, i -> pod(i).replace("\"name\":", "\"deletionTimestamp\":\"x\",\"name\":"));

    assertThat(audit().exitCode()).isZero();
  }

  @Test
  void pods_that_may_not_be_listed_are_an_error_not_an_empty_result() {
    ProgramRun run = audit();

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("/api/v1/pods cannot be read: ").contains("HTTP 404");
  }

  @ParameterizedTest
  @CsvSource({
    "2026-01-03T00:00:00Z, '', created_before_service_account",
    "2026-01-01T00:00:00Z, 2026-01-03T00:00:00Z, created_before_annotation",
    "2026-01-01T00:00:00Z, '', annotation_time_unknown",
    "2026-01-01T00:00:00Z, 2026-01-01T00:00:00Z, no_answer_ignored",
  })
  void the_account_tells_why(String created, String written, String cause) throws Exception {
    api.with("/api/v1/namespaces/shop/serviceaccounts/orders", account(created, written));

    assertThat(cause()).isEqualTo(cause);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2026-01-03T00:00:00Z | | | created_before_configuration",
        "2026-01-01T00:00:00Z | \"matchLabels\":{\"team\":\"a\"} | | namespace_not_selected",
        "2026-01-01T00:00:00Z | | \"matchExpressions\":[{\"key\":\"app\",\"operator\":\"DoesNotExist\"}]"
            + " | pod_not_selected",
        "2026-01-01T00:00:00Z | | \"matchExpressions\":[{\"key\":\"x\",\"operator\":\"NotIn\",\"values\":[\"y\"]}]"
            + " | no_answer_ignored",
      })
  void the_configuration_tells_why(String created, String namespaces, String objects, String cause)
      throws Exception {
    api.with("/api/v1/namespaces/shop/serviceaccounts/orders", account(EARLIER, EARLIER));
    String configuration =
        configuration(
            created,
            "Ignore",
            namespaces == null ? "" : namespaces,
            objects == null ? "" : objects);
    api.with(CONFIGURATIONS, 1, _ -> configuration);

    assertThat(cause()).isEqualTo(cause);
  }

  @Test
  void no_configuration_of_ours_is_a_cause_too() throws Exception {
    api.with("/api/v1/namespaces/shop/serviceaccounts/orders", account(EARLIER, EARLIER));
    api.with(
        CONFIGURATIONS,
        1,
        _ -> configuration(EARLIER, "Ignore", "", "").replace(".webidentity.io", ".example.com"));

    assertThat(cause()).isEqualTo("no_webhook_configuration");
  }

  @Test
  void a_webhook_in_shadow_mode_is_the_cause() throws Exception {
    install("\"--compare-with=https://other.test/mutate\"");

    assertThat(explained().at("/running/causes/1/cause").asText()).isEqualTo("shadow_mode");
  }

  @Test
  void flags_of_another_version_are_told_and_defaults_assumed() throws Exception {
    install("\"--from-the-future=1\"");

    assertThat(explained().path("flags").asText())
        .isEqualTo(
            "defaults, and the flags given here: the flags of deployment/webhook in namespace"
                + " system cannot be read: unknown flag --from-the-future; webhook --help lists the"
                + " flags");
  }

  @Test
  void a_config_map_of_roles_that_is_not_there_has_no_entry() throws Exception {
    install("\"--watch-config-map\"");
    api.with(
        "/api/v1/namespaces/shop/serviceaccounts/orders",
        account(EARLIER, EARLIER).replace("role-arn", "other"));
    api.with("/api/v1/namespaces/shop/pods/orders-0", pod(0));

    JsonNode explained = JSON.readTree(explain().out()).path(0);

    assertThat(explained.at("/sources/1/answer").asText()).isEqualTo("no entry");
    assertThat(explained.at("/decision/reason").asText()).isEqualTo("no_role");
  }

  /** A Deployment with this argument behind the Service of the configuration. */
  private void install(String argument) {
    String configuration =
        configuration(EARLIER, "Ignore", "", "")
            .replace(
                "\"failurePolicy\"",
                "\"clientConfig\":{\"service\":{\"name\":\"webhook\",\"namespace\":\"system\","
                    + "\"path\":\"/mutate\"}},\"failurePolicy\"");
    api.with(CONFIGURATIONS, 1, _ -> configuration);
    api.with(
        "/api/v1/namespaces/system/services/webhook",
        "{\"metadata\":{\"name\":\"webhook\"},\"spec\":{\"selector\":{\"app\":\"webhook\"}}}");
    String deployment =
        """
        {"metadata":{"name":"webhook"},"spec":{"template":{"metadata":{"labels":{"app":"webhook"}},
          "spec":{"containers":[{"name":"webhook","command":["/webhook"],"args":[%s]}]}}}}
        """
            .formatted(argument);
    api.with("/apis/apps/v1/namespaces/system/deployments", 1, _ -> deployment);
  }

  private String cause() throws IOException {
    return explained().at("/running/causes/0/cause").asText();
  }

  private JsonNode explained() throws IOException {
    api.with("/api/v1/namespaces/shop/pods/orders-0", pod(0));
    ProgramRun run = explain();
    assertThat(run.exitCode()).as(run.err()).isOne();
    return JSON.readTree(run.out()).path(0);
  }

  private ProgramRun explain() {
    return ProgramRun.of(
        "explain", "pod/orders-0", "-n", "shop", "-o", "json", "--kubeconfig", kubeconfig());
  }

  private ProgramRun audit(String... more) {
    List<String> words = new ArrayList<>(List.of("audit", "--kubeconfig", kubeconfig()));
    words.addAll(List.of(more));
    return ProgramRun.of(words.toArray(String[]::new));
  }

  private String kubeconfig() {
    return api.kubeconfig(folder.resolve("kubeconfig")).toString();
  }

  private static String pod(int number) {
    return """
    {"metadata":{"name":"orders-%d","namespace":"shop","creationTimestamp":"%s",
      "labels":{"app":"orders"},
      "ownerReferences":[{"kind":"StatefulSet","name":"orders","controller":true}]},
     "spec":{"serviceAccountName":"orders","containers":[{"name":"app"}]}}
    """
        .formatted(number, POD_TIME);
  }

  /** An account whose annotation was written at a time; empty for one that nobody knows. */
  private static String account(String created, String written) {
    String managed =
        written.isEmpty()
            ? ""
            : """
            "managedFields":[{"time":"%s","fieldsV1":{"f:metadata":{"f:annotations":
              {"f:eks.amazonaws.com/role-arn":{}}}}}],
            """
                .formatted(written);
    return """
    {"metadata":{"name":"orders","namespace":"shop","creationTimestamp":"%s",%s
      "annotations":{"eks.amazonaws.com/role-arn":"arn:aws:iam::111122223333:role/orders"}}}
    """
        .formatted(created, managed);
  }

  private static String configuration(
      String created, String failurePolicy, String namespaces, String objects) {
    return """
    {"metadata":{"name":"webhook","creationTimestamp":"%s"},
     "webhooks":[{"name":"pods.webhook.webidentity.io","failurePolicy":"%s",
      "rules":[{"apiGroups":[""],"apiVersions":["v1"],"operations":["CREATE"],"resources":["pods"]}],
      "namespaceSelector":{%s},"objectSelector":{%s}}]}
    """
        .formatted(created, failurePolicy, namespaces, objects);
  }
}
