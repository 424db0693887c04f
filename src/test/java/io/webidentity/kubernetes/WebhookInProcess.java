package io.webidentity.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.webidentity.account.AccountKey;
import io.webidentity.account.ClusterNamespaces;
import io.webidentity.account.ClusterServiceAccounts;
import io.webidentity.account.NamespacePart;
import io.webidentity.admission.Answer;
import io.webidentity.admission.DecisionMetrics;
import io.webidentity.admission.Mode;
import io.webidentity.admission.ReviewBytes;
import io.webidentity.admission.ReviewHandler;
import io.webidentity.config.AccountSourceSettings;
import io.webidentity.identity.ContainerCredentialsAccounts;
import io.webidentity.identity.IdentityGuard;
import io.webidentity.identity.IdentitySources;
import io.webidentity.identity.source.ConfigMapRoles;
import io.webidentity.injection.MemoryBudget;
import io.webidentity.policy.PolicyDefaults;
import io.webidentity.rolepolicy.RolePolicyConfigMap;
import io.webidentity.testing.pod.Reviews;
import io.webidentity.testing.server.ReviewHandlers;
import io.webidentity.watch.UnusableContentException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Everything that asks an API server, and what answers reviews by it: ServiceAccounts, defaults of
 * Namespaces, the role map and a role policy in a ConfigMap. Its ages are measured with a clock
 * that tests set forward.
 */
final class WebhookInProcess implements AutoCloseable {
  /** What a review says where there is no role. */
  static final String NONE = "none";

  /** What a review says that is not decided. */
  static final String UNDECIDED = "503";

  /** Name of the ConfigMap with the role policy. */
  static final String POLICY = "policy";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration DEADLINE = Duration.ofSeconds(2);
  private static final Pattern ROLE = Pattern.compile("arn:aws:iam::111122223333:role/([a-z-]+)");

  private final AtomicLong skippedNanos = new AtomicLong();
  private final ClusterServiceAccounts accounts;
  private final ClusterNamespaces namespaces;
  private final ConfigMapRoles roleMap;
  private final RolePolicyConfigMap policy;
  private final ReviewHandler handler;

  /**
   * Starts to read.
   *
   * @param namespace of the ConfigMaps
   * @param clock compared with the time of creation of objects
   */
  WebhookInProcess(Path kubeconfig, String namespace, Clock clock) throws UnusableContentException {
    AccountSourceSettings.Cluster settings =
        new AccountSourceSettings.Cluster(Optional.of(kubeconfig), Optional.empty(), DEADLINE);
    PodCredentials none = PodCredentials.ofThisProcess();
    String prefix = "eks.amazonaws.com";
    this.accounts = new ClusterServiceAccounts(settings, prefix, clock, this::nanoTime, none);
    this.namespaces =
        new ClusterNamespaces(
            settings,
            EnumSet.of(NamespacePart.DEFAULTS, NamespacePart.LABELS),
            prefix,
            clock,
            this::nanoTime,
            none);
    this.roleMap = new ConfigMapRoles(settings, namespace, this::nanoTime);
    this.policy = new RolePolicyConfigMap(settings, namespace, POLICY, this::nanoTime);
    this.handler =
        ReviewHandlers.of(
            accounts,
            namespaces,
            new IdentitySources(
                ContainerCredentialsAccounts.NONE, roleMap, UnaryOperator.identity()),
            IdentityGuard.of(
                policy,
                new PolicyDefaults("sts.amazonaws.com", Optional.empty()),
                Optional.empty()),
            new DecisionMetrics(new SimpleMeterRegistry(), Mode.INJECTING));
    accounts.start();
    namespaces.start(() -> true);
    roleMap.start();
    policy.read();
    policy.start();
  }

  boolean ready() {
    return accounts.ready() && namespaces.ready() && roleMap.ready() && policy.ready();
  }

  /** Whether every watch of its own is alive. */
  boolean watching() {
    return accounts.statistics().watching() && namespaces.statistics().watching();
  }

  /** The role of an account as the watch has it, without asking anybody. */
  String watched(AccountKey account) {
    return accounts
        .known(account)
        .map(annotations -> role(String.valueOf(annotations.roleArn())))
        .orElse(UNDECIDED);
  }

  /** The last part of the role that a pod of the account gets, {@link #NONE}, or the status. */
  String review(AccountKey account) {
    String review = Reviews.podCreation("u-1", account.namespace(), account.name());
    Answer answer =
        handler
            .handle(ReviewBytes.of(review.getBytes(StandardCharsets.UTF_8)), MemoryBudget.UNBOUNDED)
            .toCompletableFuture()
            .join();
    return switch (answer) {
      case Answer.Reviewed(_, byte[] body) -> role(patch(body));
      case Answer.Unchanged _ -> throw new IllegalStateException("shadow mode is off");
      case Answer.Refused refused -> Integer.toString(refused.status());
    };
  }

  /** Makes everything older by so long. */
  void skip(Duration time) {
    skippedNanos.addAndGet(time.toNanos());
  }

  private long nanoTime() {
    return System.nanoTime() + skippedNanos.get();
  }

  private static String patch(byte[] body) {
    try {
      JsonNode patch = JSON.readTree(body).at("/response/patch");
      return new String(Base64.getDecoder().decode(patch.asText()), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String role(String text) {
    Matcher matcher = ROLE.matcher(text);
    return matcher.find() ? matcher.group(1) : NONE;
  }

  @Override
  public void close() {
    policy.close();
    roleMap.close();
    namespaces.close();
    accounts.close();
  }
}
