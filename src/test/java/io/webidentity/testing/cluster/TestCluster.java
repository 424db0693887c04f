package io.webidentity.testing.cluster;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.webidentity.account.AccountKey;
import io.webidentity.testing.Folders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;

/**
 * The real cluster that tests run against, and what they keep doing with it. Thread-safe. What
 * tests make through it is gone after the last test, where the cluster itself is not.
 */
public final class TestCluster implements AutoCloseable {
  private static final Duration DEADLINE = Duration.ofMinutes(2);

  /** Longer than the API server waits for a webhook. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private static final long TOKEN_SECONDS = Duration.ofHours(24).toSeconds();

  private final ControlPlane controlPlane;
  private final KubernetesClient client;
  private final Path files;
  private final String run = UUID.randomUUID().toString().substring(0, 8);
  private final AtomicInteger names = new AtomicInteger();
  private final Deque<Runnable> leftovers = new ArrayDeque<>();

  TestCluster(ControlPlane controlPlane) {
    this(controlPlane, Folders.temporary("webhook-test-kubeconfigs"));
  }

  private TestCluster(ControlPlane controlPlane, Path files) {
    this.controlPlane = controlPlane;
    this.files = files;
    Config config =
        new ConfigBuilder(Config.fromKubeconfig(controlPlane.kubeconfig().toFile()))
            // Tests want the API server's first answer, rejections included.
            .withRequestRetryBackoffLimit(0)
            .withRequestTimeout(Math.toIntExact(PATIENCE.toMillis()))
            .build();
    this.client = new KubernetesClientBuilder().withConfig(config).build();
  }

  /**
   * Starts a cluster that nothing else uses, for tests that stop its API server; the shared one may
   * be somebody's. The caller closes it.
   */
  public static TestCluster startOwn() {
    return new TestCluster(ControlPlane.startOwn());
  }

  /**
   * Starts a cluster of processes that nothing else uses, whose API server is told more than
   * others. The caller closes it.
   */
  public static TestCluster startOwn(List<String> apiServerArguments) {
    return new TestCluster(ProcessControlPlane.start(apiServerArguments));
  }

  /**
   * Starts a cluster of processes that nothing else uses, of the oldest Kubernetes that the chart
   * supports. The caller closes it.
   */
  public static TestCluster startOldest() {
    return new TestCluster(ProcessControlPlane.startOldest());
  }

  /**
   * Starts the control plane of a whole cluster; the site's folder has all its files. The caller
   * closes it.
   *
   * @throws ClusterUnavailableException if a process ends
   */
  public static TestCluster start(ClusterBinaries binaries, ControlPlaneSite site) {
    return new TestCluster(ProcessControlPlane.start(binaries, site), site.processes().home());
  }

  /** Kubeconfig of an administrator. */
  public Path kubeconfig() {
    return controlPlane.kubeconfig();
  }

  /** A client with an administrator's rights, which tries nothing twice. */
  public KubernetesClient client() {
    return client;
  }

  /** URL of the API server, as this machine reaches it. */
  public URI apiServer() {
    return URI.create(client.getConfiguration().getMasterUrl());
  }

  /**
   * The host under which the API server reaches a server of this machine: a webhook's certificate
   * must name it. Where it is not a loopback address, the webhook must listen on every interface.
   */
  public String webhookHost() {
    return controlPlane.webhookHost();
  }

  /** A name that nothing else in the cluster has, such as {@code team-4f1d2c3b-7}. */
  public String newName(String prefix) {
    return prefix + "-" + run + "-" + names.incrementAndGet();
  }

  /** Makes a namespace and waits for its ServiceAccount {@code default}, as pods need it. */
  public String newNamespace() {
    String name = newName("team");
    client
        .namespaces()
        .resource(new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build())
        .create();
    removeAtEnd(() -> client.namespaces().withName(name).delete());
    Awaitility.await("default ServiceAccount of " + name)
        .atMost(DEADLINE)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> client.serviceAccounts().inNamespace(name).withName("default").get() != null);
    return name;
  }

  /**
   * Makes a ServiceAccount with the rights that the webhook has when installed (get, list and watch
   * ServiceAccounts, nothing else), and returns a kubeconfig with a token of it.
   */
  public Path webhookKubeconfig() {
    return webhookUser().writeTo(kubeconfigFile());
  }

  /** The same user, to be written as something else. */
  public Kubeconfig webhookUser() {
    return webhookUser(List.of());
  }

  /** A proxy to the API server for a user as that of {@link #webhookKubeconfig()}. */
  public ApiServerProxy webhookProxy() {
    return webhookProxy(List.of());
  }

  /** The same, for a user who may also read these kinds, such as {@code namespaces}. */
  public ApiServerProxy webhookProxy(List<String> furtherKinds) {
    return new ApiServerProxy(webhookUser(furtherKinds), kubeconfigFile());
  }

  private Kubeconfig webhookUser(List<String> furtherKinds) {
    AccountKey account = new AccountKey(newNamespace(), "pod-identity-webhook");
    createAccount(account, Map.of());
    grant(account, reading("serviceaccounts"));
    if (!furtherKinds.isEmpty()) {
      grant(account, reading(furtherKinds.toArray(String[]::new)));
    }
    return user(account);
  }

  private Path kubeconfigFile() {
    return files.resolve(newName("user") + ".kubeconfig");
  }

  /** Makes a ServiceAccount. */
  public void createAccount(AccountKey account, Map<String, String> annotations) {
    client
        .resource(
            new ServiceAccountBuilder()
                .withNewMetadata()
                .withNamespace(account.namespace())
                .withName(account.name())
                .withAnnotations(annotations)
                .endMetadata()
                .build())
        .create();
  }

  /** Gives a ServiceAccount a role, after all that was created before it. */
  public void annotateAfter(Pod created, AccountKey account, String role) {
    // Times of the API server are whole seconds.
    Instant before = Instant.parse(created.getMetadata().getCreationTimestamp());
    Awaitility.await().until(() -> Instant.now().isAfter(before.plusSeconds(1)));
    annotate(account, role);
  }

  /** Gives a ServiceAccount a role. */
  public void annotate(AccountKey account, String role) {
    client
        .serviceAccounts()
        .inNamespace(account.namespace())
        .withName(account.name())
        .edit(found ->
            found
                .edit()
                .editMetadata()
                .addToAnnotations("eks.amazonaws.com/role-arn", role)
                .endMetadata()
                .build());
  }

  /** Gives a ServiceAccount rights in the whole cluster. */
  public void grant(AccountKey account, PolicyRule... rules) {
    ClusterRights rights = new ClusterRights(newName("rights"));
    rights.grant(client, account, rules);
    removeAtEnd(() -> rights.revoke(client));
  }

  /** The right to get, list and watch kinds of the core API group. */
  public static PolicyRule reading(String... kinds) {
    return new PolicyRuleBuilder()
        .withApiGroups("")
        .withResources(kinds)
        .withVerbs("get", "list", "watch")
        .build();
  }

  /** A kubeconfig with a token of an existing ServiceAccount, which has the rights it has. */
  public Path kubeconfigFor(AccountKey account) {
    return user(account).writeTo(kubeconfigFile());
  }

  private Kubeconfig user(AccountKey account) {
    String token =
        client
            .serviceAccounts()
            .inNamespace(account.namespace())
            .withName(account.name())
            .tokenRequest(
                new TokenRequestBuilder()
                    .withNewSpec()
                    .withExpirationSeconds(TOKEN_SECONDS)
                    .endSpec()
                    .build())
            .getStatus()
            .getToken();
    return new Kubeconfig(apiServer(), authorityPem(), token);
  }

  private String authorityPem() {
    Config config = client.getConfiguration();
    try {
      return config.getCaCertData() != null
          ? new String(Base64.getDecoder().decode(config.getCaCertData()), StandardCharsets.UTF_8)
          : Files.readString(Path.of(config.getCaCertFile()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Registers a webhook for pods created in the given namespaces, and waits until the API server
   * calls it.
   *
   * @param endpoint where the webhook answers
   * @param failurePolicy what the API server does with pods while it does not
   * @param namespaces names of namespaces; others' pods do not reach the webhook
   */
  public WebhookRegistration registerWebhook(
      WebhookEndpoint endpoint, FailurePolicy failurePolicy, Collection<String> namespaces) {
    return register("webhook", endpoint, failurePolicy, ReinvocationPolicy.IF_NEEDED, namespaces);
  }

  /**
   * Registers a webhook in shadow mode: asked before the others, as API servers ask in the order of
   * names, and never again. Not ignoring failures, so that none stays unseen.
   */
  public WebhookRegistration registerShadow(
      WebhookEndpoint endpoint, Collection<String> namespaces) {
    return register(
        "00-shadow", endpoint, FailurePolicy.FAIL, ReinvocationPolicy.NEVER, namespaces);
  }

  private WebhookRegistration register(
      String prefix,
      WebhookEndpoint endpoint,
      FailurePolicy failurePolicy,
      ReinvocationPolicy reinvocation,
      Collection<String> namespaces) {
    WebhookRegistration registration =
        WebhookRegistration.create(
            client, newName(prefix), endpoint, failurePolicy, reinvocation, namespaces);
    removeAtEnd(registration::close);
    return registration;
  }

  /**
   * Makes the API server unreachable for everybody; its data stays.
   *
   * @throws UnsupportedOperationException on a cluster that is not ours to stop
   */
  public void stopApiServer() {
    controlPlane.stopApiServer();
  }

  /**
   * Starts the API server again and waits until it is ready.
   *
   * @throws UnsupportedOperationException on a cluster that is not ours to stop
   */
  public void startApiServer() {
    controlPlane.startApiServer();
  }

  private synchronized void removeAtEnd(Runnable removal) {
    leftovers.push(removal);
  }

  @Override
  public synchronized void close() {
    try {
      if (!controlPlane.disposable()) {
        leftovers.forEach(Runnable::run);
      }
    } finally {
      client.close();
      controlPlane.close();
      Folders.delete(files);
    }
  }
}
