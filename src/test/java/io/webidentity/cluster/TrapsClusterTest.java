package io.webidentity.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import io.webidentity.account.AccountKey;
import io.webidentity.testing.cluster.InstalledWebhook;
import io.webidentity.testing.cluster.PodApi;
import io.webidentity.testing.cluster.RealCluster;
import io.webidentity.testing.cluster.TestCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Inputs that end badly without a word elsewhere: each is told in an admission warning, a metric
 * and an Event, through the real API server, and the pod is created.
 */
@RealCluster
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TrapsClusterTest {
  private static final Duration DEADLINE = Duration.ofMinutes(1);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PREFIX = "eks.amazonaws.com/";
  private static final Map<String, String> ROLE =
      Map.of(PREFIX + "role-arn", "arn:aws:iam::111122223333:role/orders");

  private final TestCluster cluster;
  private final InstalledWebhook webhook;
  private final PodApi pods;
  private int accounts;

  TrapsClusterTest(TestCluster cluster) {
    this.cluster = cluster;
    this.pods = new PodApi(cluster);
    this.webhook =
        InstalledWebhook.with(
            cluster,
            cluster.kubeconfigFor(
                WebhookAccount.with(
                    cluster,
                    new PolicyRuleBuilder()
                        .withApiGroups("events.k8s.io")
                        .withResources("events")
                        .withVerbs("create", "patch")
                        .build())),
            "--events");
  }

  @AfterAll
  void stop() {
    webhook.close();
  }

  static Stream<Arguments> traps() {
    return Stream.of(
        trap("role_arn_malformed", role("arn:aws:iam::${ACCOUNT_ID}:role/app"), "{}", "[]"),
        trap("role_arn_malformed", role("arn:aws:iam::11112222333:role/app"), "{}", "[]"),
        trap("role_arn_malformed", role("arn:aws:iam::111122223333:role//app"), "{}", "[]"),
        trap("role_arn_empty", role(""), "{}", "[]"),
        trap("annotation_misspelt", Map.of(PREFIX + "role-arm", "x"), "{}", "[]"),
        trap("annotation_misspelt", Map.of("iam.amazonaws.com/role", "x"), "{}", "[]"),
        trap("annotation_misplaced", with(PREFIX + "skip-containers", "app"), "{}", "[]"),
        trap(
            "annotation_misplaced",
            ROLE,
            "{'annotations':{'eks.amazonaws.com/role-arn':'arn:aws:iam::111122223333:role/x'}}",
            "[]"),
        trap(
            "annotation_misspelt",
            ROLE,
            "{'labels':{'eks.amazonaws.com/skip-pod-identity-webhok':'true'}}",
            "[]"),
        trap("role_of_kiam", Map.of(), "{'annotations':{'iam.amazonaws.com/role':'orders'}}", "[]"),
        trap(
            "skip_containers_blanks",
            ROLE,
            "{'annotations':{'eks.amazonaws.com/skip-containers':'a, app'}}",
            "[]"),
        trap(
            "include_containers_blanks",
            ROLE,
            "{'annotations':{'eks.amazonaws.com/include-containers':'a, app'}}",
            "[]"),
        trap(
            "container_partly_configured",
            ROLE,
            "{}",
            "[{'name':'AWS_ROLE_ARN','value':'arn:aws:iam::111122223333:role/x'}]"),
        trap("access_key_first", ROLE, "{}", "[{'name':'AWS_ACCESS_KEY_ID','value':'AKIA'}]"),
        trap("region_of_other_partition", with(PREFIX + "region", "us-gov-west-1"), "{}", "[]"));
  }

  @ParameterizedTest
  @MethodSource("traps")
  void a_trap_is_told_to_whoever_creates_the_pod_and_afterwards(
      String reason, Map<String, String> annotations, String metadata, String env)
      throws JsonProcessingException {
    AccountKey account = account(annotations);
    String sample = "webidentity_warnings_total\\{reason=\"%s\"\\}".formatted(reason);
    double before = webhook.process().metric(sample);

    PodApi.Answer answer = pods.create(webhook.namespace(), pod(account, metadata, env));

    assertThat(answer.accepted()).as(answer.message()).isTrue();
    assertThat(answer.warnings()).hasSize(1);
    assertThat(webhook.process().metric(sample)).isEqualTo(before + 1);
    Awaitility.await("the Event").atMost(DEADLINE).until(() -> !events(account).isEmpty());
    assertThat(events(account)).hasSize(1);
    // RFC 9110's quoted-string, behind the code of a warning.
    assertThat(answer.warnings().getFirst().replace("\\\"", "\""))
        .contains(events(account).getFirst());
  }

  static Stream<Arguments> harmless() {
    return Stream.of(
        Arguments.of(ROLE, "{}", "[]"),
        Arguments.of(Map.of(), "{}", "[]"),
        Arguments.of(Map.of(PREFIX + "nodegroup", "x"), "{}", "[]"),
        Arguments.of(with(PREFIX + "region", "eu-central-1"), "{}", "[]"),
        Arguments.of(role("arn:minio:iam:::role/x"), "{}", "[]"),
        Arguments.of(
            ROLE, "{'annotations':{'eks.amazonaws.com/skip-containers':'app,other'}}", "[]"),
        Arguments.of(ROLE, "{}", "[{'name':'AWS_ACCESS_KEY_ID','value':''}]"));
  }

  @ParameterizedTest
  @MethodSource("harmless")
  void its_neighbour_that_is_right_is_not_told(
      Map<String, String> annotations, String metadata, String env) throws JsonProcessingException {
    PodApi.Answer answer =
        pods.create(webhook.namespace(), pod(account(annotations), metadata, env));

    assertThat(answer.accepted()).as(answer.message()).isTrue();
    assertThat(answer.warnings()).isEmpty();
  }

  /** Kubelet replaces references to variables that stand before. */
  @Test
  void an_injected_variable_stands_before_the_one_that_refers_to_it()
      throws JsonProcessingException {
    PodApi.Answer answer =
        pods.create(
            webhook.namespace(),
            pod(account(ROLE), "{}", "[{'name':'OPTS','value':'-Drole=$(AWS_ROLE_ARN)'}]"));

    List<String> names = new ArrayList<>();
    answer
        .body()
        .at("/spec/containers/0/env")
        .forEach(variable -> names.add(variable.path("name").asText()));
    assertThat(names).containsExactly("AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE", "OPTS");
  }

  private AccountKey account(Map<String, String> annotations) {
    accounts++;
    AccountKey account = new AccountKey(webhook.namespace(), "trap-" + accounts);
    cluster.client().resource(Workloads.account(account, annotations)).create();
    return account;
  }

  private static JsonNode pod(AccountKey account, String metadata, String env)
      throws JsonProcessingException {
    ObjectNode pod = JSON.createObjectNode().put("apiVersion", "v1").put("kind", "Pod");
    ObjectNode given = (ObjectNode) JSON.readTree(metadata.replace('\'', '"'));
    pod.set("metadata", given.put("generateName", "trap-"));
    ObjectNode spec = pod.putObject("spec").put("serviceAccountName", account.name());
    spec.putArray("containers")
        .addObject()
        .put("name", "app")
        .put("image", "app:1")
        .set("env", JSON.readTree(env.replace('\'', '"')));
    return pod;
  }

  private List<String> events(AccountKey account) {
    return cluster
        .client()
        .v1()
        .events()
        .inNamespace(account.namespace())
        .withFields(
            Map.of("involvedObject.kind", "ServiceAccount", "involvedObject.name", account.name()))
        .list()
        .getItems()
        .stream()
        .map(event -> event.getMessage())
        .toList();
  }

  private static Arguments trap(
      String reason, Map<String, String> annotations, String metadata, String env) {
    return Arguments.of(reason, annotations, metadata, env);
  }

  private static Map<String, String> role(String arn) {
    return Map.of(PREFIX + "role-arn", arn);
  }

  private static Map<String, String> with(String key, String value) {
    return Map.of(PREFIX + "role-arn", "arn:aws:iam::111122223333:role/orders", key, value);
  }
}
