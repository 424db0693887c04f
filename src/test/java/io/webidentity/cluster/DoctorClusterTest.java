package io.webidentity.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.webidentity.account.AccountKey;
import io.webidentity.cli.ProgramRun;
import io.webidentity.testing.cluster.InstalledWebhook;
import io.webidentity.testing.cluster.RealCluster;
import io.webidentity.testing.cluster.TestCluster;
import io.webidentity.testing.server.FakeSts;
import io.webidentity.testing.server.TestAuthority;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One whole installation, and each way to break it, at a real API server whose controllers count
 * replicas. No kubelet is there: the pods are ready as the test says so.
 */
@RealCluster
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DoctorClusterTest {
  private static final Duration DEADLINE = Duration.ofMinutes(1);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String INSTALLATION =
      """
      apiVersion: v1
      kind: Service
      metadata: {name: webhook, namespace: HOME}
      spec:
        selector: {app: webhook}
        ports: [{name: https, port: 443, targetPort: https}]
      ---
      apiVersion: discovery.k8s.io/v1
      kind: EndpointSlice
      metadata:
        name: webhook
        namespace: HOME
        labels: {kubernetes.io/service-name: webhook}
      addressType: IPv4
      ports: [{name: https, port: 8443}]
      endpoints: [{addresses: [10.99.0.2], conditions: {ready: true}}]
      ---
      apiVersion: v1
      kind: Secret
      metadata: {name: webhook-tls, namespace: HOME}
      type: kubernetes.io/tls
      data: {tls.crt: CERTIFICATE, tls.key: KEY}
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: webhook, namespace: HOME}
      spec:
        replicas: 2
        paused: false
        selector: {matchLabels: {app: webhook}}
        template:
          metadata: {labels: {app: webhook}}
          spec:
            serviceAccountName: webhook
            containers:
              - name: webhook
                image: webhook:1
                args: [--port=8443, --inject-ephemeral-containers]
                ports: [{name: https, containerPort: 8443}]
                volumeMounts: [{name: certificate, mountPath: /etc/webhook/certs}]
            volumes:
              - name: certificate
                secret: {secretName: webhook-tls, items: [{key: tls.crt, path: tls.crt}]}
      ---
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: by-name, namespace: HOME}
      data:
        role-policy.yaml: "rules: [{name: a, namespaces: [shop], roles: []}]"
      ---
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: by-labels, namespace: HOME}
      data:
        role-policy.yaml: "rules: [{name: a, namespaceSelector: {matchLabels: {team: a}}, roles: []}]"
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: ClusterRole
      metadata: {name: doctor-HOME}
      rules: [{apiGroups: [""], resources: [serviceaccounts], verbs: [get, list, watch]}]
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: ClusterRoleBinding
      metadata: {name: doctor-HOME}
      roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: doctor-HOME}
      subjects: [{kind: ServiceAccount, name: webhook, namespace: HOME}]
      ---
      apiVersion: admissionregistration.k8s.io/v1
      kind: MutatingWebhookConfiguration
      metadata:
        name: doctor-HOME
        labels: {app.kubernetes.io/name: web-identity-webhook}
      webhooks:
        - name: pods.webhook.webidentity.io
          admissionReviewVersions: [v1]
          sideEffects: None
          failurePolicy: Fail
          clientConfig:
            service: {name: webhook, namespace: HOME, path: /mutate, port: 443}
            caBundle: AUTHORITY
          rules:
            - {apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}
            - apiGroups: [""]
              apiVersions: [v1]
              operations: [UPDATE]
              resources: [pods/ephemeralcontainers]
          namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: TEAM}}
      """;

  private static final String NAMESPACES =
      "right-get-namespaces right-list-namespaces right-watch-namespaces";

  private final TestCluster cluster;
  private final KubernetesClient client;
  private final TestAuthority authority = new TestAuthority();
  private final String home;
  private final String team;
  private final Path user;

  DoctorClusterTest(TestCluster cluster) {
    this.cluster = cluster;
    this.client = cluster.client();
    this.home = cluster.newNamespace();
    this.team = cluster.newNamespace();
    this.user = cluster.kubeconfig();
  }

  @BeforeAll
  void install() {
    cluster.createAccount(new AccountKey(home, "webhook"), Map.of());
    apply(installation());
    becomeReady(true);
  }

  @AfterEach
  void restore() {
    apply(installation());
    becomeReady(true);
  }

  @AfterAll
  void remove() {
    load(installation()).forEach(object -> client.resource(object).delete());
  }

  @Test
  void nothing_fails_of_a_whole_installation() throws Exception {
    assertThat(statuses(0))
        .containsEntry("certificate-trust", "passed")
        .containsEntry("endpoints", "passed")
        .containsEntry("ephemeral-rule", "passed")
        .containsEntry("right-watch-serviceaccounts", "passed")
        .containsEntry("target-port", "passed")
        .containsEntry("side-effects", "passed")
        .containsEntry("timeout", "passed")
        .doesNotContainValue("failed")
        .hasSizeGreaterThanOrEqualTo(18);
    assertThat(wrong(0)).isSubsetOf("issuer", "others");
  }

  @Test
  void a_token_of_an_account_shows_its_claims_and_never_itself() throws Exception {
    ProgramRun run =
        ProgramRun.of(
            "doctor",
            "--configuration",
            "doctor-" + home,
            "-n",
            home,
            "--service-account",
            "webhook",
            "--token",
            "--kubeconfig",
            user.toString());

    assertThat(run.out())
        .contains(
            "passed  token: iss ",
            "sub system:serviceaccount:" + home + ":webhook, aud sts.amazonaws.com, exp 2",
            "passed  token-audience: ")
        .doesNotContain("eyJ");
  }

  static Stream<Arguments> breakages() {
    String other = Base64.getEncoder().encodeToString(new TestAuthority().pem().getBytes(UTF_8));
    return Stream.of(
        broken("rules", "resources: [pods]", "resources: [configmaps]"),
        broken("selectors", "kubernetes.io/metadata.name: TEAM", "no-such-label: x"),
        broken(
            "failure-policy try",
            "kubernetes.io/metadata.name: TEAM",
            "kubernetes.io/metadata.name: HOME"),
        broken("ca-bundle", "caBundle: AUTHORITY", "caBundle: \"\""),
        broken("certificate-trust", "caBundle: AUTHORITY", "caBundle: " + other),
        broken("service", "service: {name: webhook,", "service: {name: gone,"),
        broken("port", "path: /mutate, port: 443", "path: /mutate, port: 8443"),
        broken("target-port", "targetPort: https", "targetPort: 9443"),
        broken("target-port", "--port=8443", "--port=10250"),
        broken("deployment", "selector: {app: webhook}\n", "selector: {app: other}\n"),
        broken("endpoints", "ready: true", "ready: false"),
        broken("endpoints", "service-name: webhook", "service-name: other"),
        broken("replicas", "replicas: 2", "replicas: 0"),
        broken("rollout", "paused: false", "paused: true"),
        broken("certificate", "secretName: webhook-tls", "secretName: gone"),
        broken("certificate-name", "CERTIFICATE", "OTHER_NAME"),
        broken("certificate", "CERTIFICATE", "NO_CERTIFICATE"),
        broken(
            "right-list-serviceaccounts right-watch-serviceaccounts",
            "verbs: [get, list, watch]",
            "verbs: [get]"),
        flags("right-create-events right-patch-events", "--events"),
        flags(
            "right-create-leases right-create-pods/eviction right-get-leases"
                + " right-get-namespaces right-get-replicasets"
                + " right-list-mutatingwebhookconfigurations right-list-pods right-update-leases",
            "--audit-interval=1h",
            "--audit-evict=5"),
        flags("right-list-configmaps right-watch-configmaps", "--watch-config-map"),
        flags("right-list-configmaps right-watch-configmaps", "--role-policy-config-map=by-name"),
        flags(
            "right-get-namespaces right-list-configmaps right-list-namespaces"
                + " right-watch-configmaps right-watch-namespaces",
            "--role-policy-config-map=by-labels"),
        flags(NAMESPACES, "--namespace-defaults"),
        flags(NAMESPACES, "--namespace-role-annotations"),
        flags("right-get-secrets right-update-secrets", "--tls-secret=webhook-tls"),
        flags(
            "right-get-mutatingwebhookconfigurations right-get-secrets"
                + " right-patch-mutatingwebhookconfigurations right-update-secrets",
            "--tls-secret=webhook-tls",
            "--webhook-configuration=doctor-HOME"),
        flags(
            "certificate right-get-mutatingwebhookconfigurations right-get-secrets"
                + " right-patch-mutatingwebhookconfigurations right-update-secrets",
            "--in-cluster=true"),
        flags("", "--tls-secret=webhook-tls", "--in-cluster=false"),
        broken("ephemeral-rule", "[pods/ephemeralcontainers]", "[pods/status]"),
        broken("timeout", "sideEffects: None", "sideEffects: None\n    timeoutSeconds: 2"),
        broken("timeout", "sideEffects: None", "sideEffects: None\n    timeoutSeconds: 30"),
        broken("", "failurePolicy: Fail", "failurePolicy: Ignore\n    timeoutSeconds: 30"),
        broken("", "CERTIFICATE", "OTHER_STAR"),
        broken(
            "",
            "service: {name: webhook, namespace: HOME, path: /mutate, port: 443}\n"
                + "      caBundle: AUTHORITY",
            "url: https://localhost:8443/mutate"),
        broken("certificate-life", "CERTIFICATE", "EXPIRED"),
        broken(
            "selectors",
            "namespaceSelector: {",
            "objectSelector: {matchLabels: {none: none}}\n    namespaceSelector: {"));
  }

  @ParameterizedTest
  @MethodSource("breakages")
  void what_is_broken_is_named(String check, String right, String wrong) throws Exception {
    String text = INSTALLATION.replace(right, wrong);
    assertThat(text).as("the change").isNotEqualTo(INSTALLATION);
    apply(filled(text));

    Awaitility.await()
        .atMost(DEADLINE)
        .untilAsserted(() -> {
          List<String> named = new ArrayList<>(wrong(-1));
          // The cluster's own issuer, other tests' webhooks, and a roll-out of the change itself.
          named.removeAll(List.of("issuer", "others"));
          if (!check.equals("replicas") && !check.equals("rollout")) {
            named.removeAll(List.of("replicas", "rollout"));
          }
          assertThat(String.join(" ", named)).isEqualTo(check);
        });
  }

  @Test
  void pods_that_are_not_ready_are_named() {
    becomeReady(false);

    Awaitility.await()
        .atMost(DEADLINE)
        .untilAsserted(() -> assertThat(wrong(1)).contains("replicas"));
  }

  @Test
  void replicas_of_two_versions_are_named() throws Exception {
    Pod left =
        client
            .pods()
            .resource(
                new PodBuilder(pods().getFirst())
                    .withNewMetadata()
                    .withNamespace(home)
                    .withName("left-over")
                    .addToLabels("app", "webhook")
                    .endMetadata()
                    .editSpec()
                    .editFirstContainer()
                    .withImage("webhook:2")
                    .endContainer()
                    .endSpec()
                    .withStatus(null)
                    .build())
            .create();
    try {
      assertThat(wrong(-1)).contains("versions");
    } finally {
      client.resource(left).withGracePeriod(0).delete();
    }
  }

  @Test
  void another_webhook_of_this_kind_is_named() throws Exception {
    List<HasMetadata> second =
        load(
                filled(INSTALLATION)
                    .replace(
                        "name: doctor-" + home + "\n  labels",
                        "name: second-" + home + "\n  labels"))
            .stream()
            .filter(object -> object.getMetadata().getName().startsWith("second-"))
            .toList();
    second.forEach(object -> client.resource(object).create());
    try {
      assertThat(second).hasSize(1);
      assertThat(wrong(0)).contains("others");
    } finally {
      second.forEach(object -> client.resource(object).delete());
    }
  }

  /** This one is called by URL: no proxy leads to a Service here. */
  @Test
  void a_pod_is_tried_at_the_webhook_that_runs() throws Exception {
    remove();
    try (InstalledWebhook webhook = InstalledWebhook.with(cluster)) {
      AccountKey account = new AccountKey(webhook.namespace(), "orders");
      client.resource(Workloads.annotated(account)).create();

      assertThat(tried(webhook.registration().name(), account, 0))
          .isEqualTo("a pod of %s is given credentials".formatted(account));

      assertThatTheTokenOpensTheRole(webhook.registration().name(), account);

      webhook.process().kill();
      assertThat(tried(webhook.registration().name(), account, 1))
          .contains("the API server cannot call the webhook");
      webhook.registration().close();
      assertThat(wrong(1)).containsExactly("configuration");
    }
  }

  private void assertThatTheTokenOpensTheRole(String configuration, AccountKey account)
      throws IOException {
    try (FakeSts sts = new FakeSts()) {
      sts.give("arn:aws:sts::111122223333:assumed-role/orders/webhook-doctor");

      ProgramRun run = doctor(configuration, account, "--token", "--sts=" + sts.url());

      assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
      assertThat(run.out())
          .contains("gives credentials of arn:aws:sts::111122223333:assumed-role/orders/")
          .doesNotContain("eyJ")
          .doesNotContain(FakeSts.CREDENTIALS);
      assertThat(sts.asked())
          .singleElement()
          .satisfies(form ->
              assertThat(form)
                  .containsEntry("RoleArn", Workloads.role(account))
                  .hasEntrySatisfying(
                      "WebIdentityToken", token -> assertThat(token).startsWith("eyJ")));

      sts.refuse(403, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity");
      run = doctor(configuration, account, "--token", "--sts=" + sts.url());
      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.out()).contains("answers AccessDenied for " + Workloads.role(account));
    }
  }

  private String tried(String configuration, AccountKey account, int exitCode)
      throws JsonProcessingException {
    ProgramRun run = doctor(configuration, account);
    assertThat(run.exitCode()).as(run.out() + run.err()).isEqualTo(exitCode);
    for (JsonNode check : JSON.readTree(run.out()).path("checks")) {
      if (check.path("name").asText().equals("try")) {
        return check.path("detail").asText();
      }
    }
    throw new AssertionError(run.out());
  }

  private ProgramRun doctor(String configuration, AccountKey account, String... more) {
    List<String> words =
        List.of(
            "doctor",
            "--configuration",
            configuration,
            "-n",
            account.namespace(),
            "--service-account",
            account.name(),
            "-o",
            "json",
            "--kubeconfig",
            user.toString());
    return ProgramRun.of(Stream.concat(words.stream(), Stream.of(more)).toArray(String[]::new));
  }

  /**
   * Names of the checks that did not pass. Skipped ones are left out, but for the policy that says
   * which rights are needed: no test has one that cannot be read.
   */
  private List<String> wrong(int exitCode) throws JsonProcessingException {
    List<String> wrong = new ArrayList<>();
    statuses(exitCode)
        .forEach((name, status) -> {
          if (status.equals("failed") || status.equals("warning") || name.equals("rights")) {
            wrong.add(name);
          }
        });
    return wrong;
  }

  /** Of the Namespace home, which the webhook is not for: no pod is tried. */
  private Map<String, String> statuses(int exitCode) throws JsonProcessingException {
    ProgramRun run = doctor("doctor-" + home, new AccountKey(home, "webhook"));
    assertThat(run.err()).isEmpty();
    if (exitCode >= 0) {
      assertThat(run.exitCode()).as(run.out()).isEqualTo(exitCode);
    }
    Map<String, String> statuses = new TreeMap<>();
    for (JsonNode check : JSON.readTree(run.out()).path("checks")) {
      statuses.put(check.path("name").asText(), check.path("status").asText());
    }
    return statuses;
  }

  private List<Pod> pods() {
    return client.pods().inNamespace(home).withLabel("app", "webhook").list().getItems();
  }

  /** As kubelet would say it. */
  private void becomeReady(boolean ready) {
    Awaitility.await("replicas")
        .atMost(DEADLINE)
        .untilAsserted(() -> {
          List<Pod> pods = pods();
          int number = 1;
          for (Pod pod : pods) {
            number++;
            String address = "10.99.0." + number;
            client
                .pods()
                .resource(
                    new PodBuilder(pod)
                        .editOrNewStatus()
                        .withPhase("Running")
                        .withPodIP(address)
                        .withPodIPs()
                        .addNewPodIP(address)
                        .withConditions()
                        .addNewCondition()
                        .withType("Ready")
                        .withStatus(ready ? "True" : "False")
                        .endCondition()
                        .endStatus()
                        .build())
                .patchStatus();
          }
          if (ready) {
            assertThat(statuses(-1))
                .containsEntry("replicas", "passed")
                .containsEntry("rollout", "passed");
          }
        });
  }

  private String installation() {
    return filled(INSTALLATION);
  }

  private String filled(String text) {
    TestAuthority.Issued right = authority.issue(List.of("webhook." + home + ".svc"));
    return text.replace("HOME", home)
        .replace("TEAM", team)
        .replace("EXPIRED", base64(expired(authority, "webhook." + home + ".svc")))
        .replace("OTHER_STAR", base64(authority.issue(List.of("*." + home + ".svc")).certificate()))
        .replace("OTHER_NAME", base64(authority.issue(List.of("other.svc")).certificate()))
        .replace("NO_CERTIFICATE", base64("none"))
        .replace("CERTIFICATE", base64(right.certificate()))
        .replace("KEY", base64(right.key()))
        .replace("AUTHORITY", base64(authority.pem()));
  }

  private static String expired(TestAuthority authority, String host) {
    return authority
        .issue(List.of(host), Instant.now().minus(Duration.ofDays(3)), Duration.ofDays(2))
        .certificate();
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }

  private void apply(String text) {
    load(text).forEach(object -> client.resource(object).forceConflicts().serverSideApply());
  }

  private List<HasMetadata> load(String text) {
    return client.load(new ByteArrayInputStream(text.getBytes(UTF_8))).items();
  }

  private static Arguments flags(String check, String... flags) {
    return broken(
        check,
        "args: [--port=8443, --inject-ephemeral-containers]",
        "args: [--port=8443, --namespace=HOME, %s]".formatted(String.join(", ", flags)));
  }

  private static Arguments broken(String check, String right, String wrong) {
    return Arguments.of(check, right, wrong);
  }
}
