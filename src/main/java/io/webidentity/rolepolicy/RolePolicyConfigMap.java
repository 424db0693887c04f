package io.webidentity.rolepolicy;

import io.webidentity.config.AccountSourceSettings;
import io.webidentity.kubernetes.ConfigMapWatch;
import io.webidentity.policy.RolePolicy;
import io.webidentity.watch.RepeatedLook;
import io.webidentity.watch.UnusableContentException;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ConfigMap of {@code --role-policy-config-map}, which has the policy as {@value #KEY}.
 *
 * <p>At start it must be there and in order, unless the API server gives no answer: then nothing is
 * ready until it does. After that, a ConfigMap that is gone or cannot be used changes nothing.
 */
public final class RolePolicyConfigMap implements WatchedRolePolicy {
  /** The key of the policy in the ConfigMap's data. */
  public static final String KEY = "role-policy.yaml";

  private static final Logger LOG = LoggerFactory.getLogger(RolePolicyConfigMap.class);

  private final ConfigMapWatch watch;
  private final RolePolicyInForce current;

  /**
   * Not read yet.
   *
   * @param namespace namespace of the ConfigMap
   * @param name name of the ConfigMap
   * @param nanoTime measures ages
   */
  public RolePolicyConfigMap(
      AccountSourceSettings.Cluster settings,
      String namespace,
      String name,
      LongSupplier nanoTime) {
    this.watch =
        new ConfigMapWatch(
            RolePolicyInForce.NAME, settings, namespace, name, this::take, this::report, nanoTime);
    this.current = new RolePolicyInForce(watch.toString());
  }

  /** Where the API server gives no answer, that is left to later looks. */
  @Override
  public void read() throws UnusableContentException {
    if (!watch.readNow()) {
      LOG.warn("{} cannot be read yet; not ready without the role policy, trying again", watch);
    }
  }

  @Override
  public Optional<RolePolicy> current() {
    return current.policy();
  }

  @Override
  public void start() throws UnusableContentException {
    watch.start();
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
    return watch.looks();
  }

  @Override
  public void close() {
    watch.close();
  }

  private void take(Optional<Map<String, String>> data) throws UnusableContentException {
    if (data.isEmpty()) {
      throw new UnusableContentException(
          "%s does not exist; create it with the role policy as %s".formatted(watch, KEY));
    }
    String text = data.get().get(KEY);
    if (text == null) {
      throw new UnusableContentException(
          "%s has no %s; put the role policy there".formatted(watch, KEY));
    }
    current.take(text);
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
}
