package io.webidentity.rolepolicy;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.webidentity.kubernetes.ApiClients;
import io.webidentity.kubernetes.ApiServerReader;
import io.webidentity.policy.RolePolicy;
import io.webidentity.watch.RepeatedLook;
import io.webidentity.watch.UnusableContentException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ConfigMap of {@code --role-policy-config-map}, which has the policy as {@value #KEY}. It is
 * read again and again: one small object by its name needs no watch that can go silent.
 *
 * <p>At start it must be there and in order, unless the API server cannot be asked: then nothing is
 * ready until it can. After that, a ConfigMap that is gone or cannot be read changes nothing.
 */
public final class RolePolicyConfigMap implements WatchedRolePolicy {
  /** The key of the policy in the ConfigMap's data. */
  public static final String KEY = "role-policy.yaml";

  /** One small object: what takes longer is better asked for again. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final Logger LOG = LoggerFactory.getLogger(RolePolicyConfigMap.class);

  private final KubernetesClient client;
  private final String namespace;
  private final String name;
  private final RepeatedLook looks;

  private final RolePolicyInForce current;

  /**
   * Not read yet; closes the client with itself.
   *
   * @param namespace namespace of the ConfigMap
   * @param name name of the ConfigMap
   * @param interval time between two looks at it
   */
  public RolePolicyConfigMap(
      KubernetesClient client, String namespace, String name, Duration interval) {
    this.client = client;
    this.namespace = namespace;
    this.name = name;
    this.current = new RolePolicyInForce(place());
    this.looks = new RepeatedLook(RolePolicyInForce.NAME, interval, this::look, this::report);
  }

  /** Where the API server cannot be asked, that is left to later looks. */
  @Override
  public void read() throws UnusableContentException {
    try {
      look();
    } catch (NotAskedException e) {
      LOG.warn("{}; not ready without the role policy, trying again", e.getMessage());
    }
  }

  @Override
  public Optional<RolePolicy> current() {
    return current.policy();
  }

  @Override
  public void start() {
    looks.start();
  }

  @Override
  public boolean ready() {
    return current.policy().isPresent();
  }

  @Override
  public int entries() {
    return current.rules();
  }

  @Override
  public RepeatedLook looks() {
    return looks;
  }

  @Override
  public void close() {
    looks.close();
    client.close();
  }

  private void look() throws UnusableContentException {
    current.take(text(get()));
  }

  private Optional<ConfigMap> get() throws UnusableContentException {
    try {
      @SuppressWarnings("resource") // A view.
      KubernetesClient once = ApiClients.once(client, PATIENCE);
      return ApiServerReader.get(
          once.configMaps().inNamespace(namespace).withName(name), namespace + "/" + name);
    } catch (KubernetesClientException e) {
      if (e.getCode() == 403) {
        throw new UnusableContentException(
            place() + " may not be read (403); give this webhook the right to get it", e);
      }
      throw new NotAskedException(
          "%s cannot be read (%s)".formatted(place(), ApiServerReader.problem(e, client)), e);
    }
  }

  private String text(Optional<ConfigMap> found) throws UnusableContentException {
    if (found.isEmpty()) {
      throw new UnusableContentException(
          "%s does not exist; create it with the role policy as %s".formatted(place(), KEY));
    }
    String text = found.get().getData() == null ? null : found.get().getData().get(KEY);
    if (text == null) {
      throw new UnusableContentException(
          "%s has no %s; put the role policy there".formatted(place(), KEY));
    }
    return text;
  }

  private String place() {
    return "ConfigMap " + namespace + "/" + name;
  }

  private void report(String problem, @Nullable Throwable bug) {
    LOG.atWarn()
        .setCause(bug)
        .log(
            "{}; {}",
            problem,
            current.policy().isEmpty()
                ? "not ready without the role policy"
                : "the role policy that was read before stays in force");
  }

  /** The API server did not say; whether the policy is in order is not known. */
  private static final class NotAskedException extends UnusableContentException {
    private static final long serialVersionUID = 1L;

    NotAskedException(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
