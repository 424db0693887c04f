package io.webidentity.identity.source;

import io.fabric8.kubernetes.api.model.ConfigMapList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.webidentity.account.AccountKey;
import io.webidentity.config.AccountSourceSettings;
import io.webidentity.identity.RoleMap;
import io.webidentity.injection.Finding;
import io.webidentity.kubernetes.ApiClients;
import io.webidentity.kubernetes.ApiServerReader;
import io.webidentity.watch.RepeatedLook;
import io.webidentity.watch.UnusableContentException;
import io.webidentity.watch.WatchedSource;
import java.time.Duration;
import java.util.Optional;
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

  /** One small request. A watch would be quicker by a second, and can go silent. */
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  /** One small object: what takes longer is better asked for again. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final Logger LOG = LoggerFactory.getLogger(ConfigMapRoles.class);

  private final KubernetesClient client;
  private final String namespace;
  private final RepeatedLook looks;

  private volatile State state = new State(RoleMapContent.EMPTY, Optional.empty());
  private volatile boolean ready;
  private @Nullable Taken taken;

  /** Closes the client with itself. */
  public ConfigMapRoles(KubernetesClient client, String namespace) {
    this.client = client;
    this.namespace = namespace;
    this.looks = new RepeatedLook("role_map", INTERVAL, this::look, ConfigMapRoles::report);
  }

  /**
   * The map of a cluster, not read yet.
   *
   * @param namespace the ConfigMap's
   * @throws UnusableContentException if the settings name no API server, or credentials that cannot
   *     be used
   */
  public static ConfigMapRoles of(AccountSourceSettings.Cluster settings, String namespace)
      throws UnusableContentException {
    return new ConfigMapRoles(ApiClients.connect(settings), namespace);
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
        .map(problem -> Finding.roleMapBroken(namespace + "/" + NAME, problem));
  }

  /** The first look is made at once, by its own thread. */
  @Override
  public void start() {
    looks.start();
    looks.wake();
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
    return looks;
  }

  @Override
  public void close() {
    looks.close();
    client.close();
  }

  private void look() throws UnusableContentException {
    Taken found = read();
    if (!found.equals(taken)) {
      take(found);
      taken = found;
    }
    ready = true;
    State now = state;
    Optional<String> problem = now.unusable().or(now.content()::problem);
    if (problem.isPresent()) {
      throw new UnusableContentException(this + " cannot be used: " + problem.get());
    }
  }

  /** By a list of one, as the rights have it since there was a watch. */
  private Taken read() throws UnusableContentException {
    try {
      @SuppressWarnings("resource") // A view.
      KubernetesClient once = ApiClients.once(client, PATIENCE);
      ConfigMapList list =
          once.configMaps().inNamespace(namespace).withField("metadata.name", NAME).list();
      ApiServerReader.requireList(list);
      return list.getItems().stream()
          .findFirst()
          .map(map -> map.getData() == null ? "" : map.getData().getOrDefault(KEY, ""))
          .map(text -> new Taken(true, text))
          .orElseGet(() -> new Taken(false, ""));
    } catch (KubernetesClientException e) {
      throw new UnusableContentException(
          "%s cannot be read (%s); the webhook's account needs the right to list it"
              .formatted(this, ApiServerReader.problem(e, client)),
          e);
    }
  }

  private void take(Taken found) {
    RoleMapContent before = state.content();
    try {
      RoleMapContent content = found.read(before);
      state = new State(content, Optional.empty());
      LOG.info("{} entries read from {}", content.entries().size(), this);
      content.notes().forEach(note -> LOG.warn("{}: {}", this, note));
    } catch (UnusableContentException e) {
      state = new State(before, Optional.of(String.valueOf(e.getMessage())));
    }
  }

  private static void report(String problem, @Nullable Throwable bug) {
    LOG.atWarn().setCause(bug).log("{}; what was read before stays in use", problem);
  }

  @Override
  public String toString() {
    return "ConfigMap " + namespace + "/" + NAME;
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
