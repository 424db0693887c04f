package io.webidentity.identity.source;

import io.webidentity.account.AccountKey;
import io.webidentity.config.AccountSourceSettings;
import io.webidentity.identity.RoleMap;
import io.webidentity.injection.Finding;
import io.webidentity.kubernetes.ConfigMapWatch;
import io.webidentity.watch.RepeatedLook;
import io.webidentity.watch.UnusableContentException;
import io.webidentity.watch.WatchedSource;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ConfigMap of {@code --watch-config-map}: which accounts have which role, beside their
 * annotations. The format is that of {@link RoleMapReader}.
 *
 * <table>
 * <caption>The ConfigMap, and the map in use</caption>
 * <tr><th>ConfigMap</th><th>map</th></tr>
 * <tr><td>not there, or deleted</td><td>empty</td></tr>
 * <tr><td>without the key {@value #KEY}, or with one that is no map</td><td>the one before; empty
 * where there was none</td></tr>
 * <tr><td>with entries that cannot be read</td><td>the new one, in which these say what they said
 * before</td></tr>
 * <tr><td>unknown, as the API server is away</td><td>the one before; not ready where there was
 * none</td></tr>
 * </table>
 */
public final class ConfigMapRoles implements RoleMap, WatchedSource {
  /** Name of the ConfigMap, as amazon-eks-pod-identity-webhook has it. */
  public static final String NAME = "pod-identity-webhook";

  /** The key of its data that has the map. */
  public static final String KEY = "config";

  private static final Logger LOG = LoggerFactory.getLogger(ConfigMapRoles.class);

  private final String key;
  private final ConfigMapWatch watch;

  private volatile State state = new State(RoleMapContent.EMPTY, Optional.empty());
  private volatile boolean ready;
  private @Nullable Taken taken;

  /**
   * The map of a cluster, not read yet.
   *
   * @param namespace the ConfigMap's
   * @param nanoTime measures ages
   */
  public ConfigMapRoles(
      AccountSourceSettings.Cluster settings, String namespace, LongSupplier nanoTime) {
    this.key = namespace + "/" + NAME;
    this.watch =
        new ConfigMapWatch(
            "role_map", settings, namespace, NAME, this::take, ConfigMapRoles::report, nanoTime);
  }

  @Override
  public Optional<Entry> find(AccountKey account) {
    return state.content().find(account);
  }

  @Override
  public Optional<Finding> problem(AccountKey account) {
    State now = state;
    return now.unusable()
        .or(() -> now.content().problem(account))
        .map(problem -> Finding.roleMapBroken(key, problem));
  }

  @Override
  public void start() throws UnusableContentException {
    watch.start();
  }

  @Override
  public boolean ready() {
    return ready;
  }

  @Override
  public int entries() {
    return state.content().entries().size();
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
    Taken found =
        data.map(map -> new Taken(true, map.getOrDefault(KEY, "")))
            .orElseGet(() -> new Taken(false, ""));
    if (!found.equals(taken)) {
      use(found);
      taken = found;
    }
    ready = true;
    State now = state;
    Optional<String> problem = now.unusable().or(now.content()::problem);
    if (problem.isPresent()) {
      throw new UnusableContentException(watch + " cannot be used: " + problem.get());
    }
  }

  private void use(Taken found) {
    RoleMapContent before = state.content();
    try {
      RoleMapContent content = found.read(before);
      state = new State(content, Optional.empty());
      LOG.info("{} entries read from {}", content.entries().size(), watch);
      content.notes().forEach(note -> LOG.warn("{}: {}", watch, note));
    } catch (UnusableContentException e) {
      state = new State(before, Optional.of(String.valueOf(e.getMessage())));
    }
  }

  private static void report(String problem, @Nullable Throwable bug) {
    LOG.atWarn().setCause(bug).log("{}; what was read before stays in use", problem);
  }

  /**
   * What is in use.
   *
   * @param unusable what is wrong with what came after the content
   */
  private record State(RoleMapContent content, Optional<String> unusable) {}

  /** What was found; the text is empty where there is none. */
  private record Taken(boolean exists, String text) {
    RoleMapContent read(RoleMapContent before) throws UnusableContentException {
      if (!exists) {
        return RoleMapContent.EMPTY;
      }
      if (text.isBlank()) {
        throw new UnusableContentException(
            "its key %s is missing or empty; write {} for no entries".formatted(KEY));
      }
      return RoleMapReader.read(text, before);
    }
  }
}
