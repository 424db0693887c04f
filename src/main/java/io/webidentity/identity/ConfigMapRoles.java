package io.webidentity.identity;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.webidentity.config.AccountSourceSettings;
import io.webidentity.injection.Finding;
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
  static final String KEY = "config";

  /** How often the watch is checked for life, and a problem counted. */
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  private static final Logger LOG = LoggerFactory.getLogger(ConfigMapRoles.class);

  private final KubernetesClient client;
  private final String namespace;
  private final WatchSignal signal;
  private final RepeatedLook looks;

  private volatile State state = new State(RoleMapContent.EMPTY, Optional.empty());
  private volatile boolean ready;
  private volatile boolean closed;
  private volatile String lastReported = "";
  private @Nullable Taken taken;
  private @Nullable SharedIndexInformer<ConfigMap> informer;

  private ConfigMapRoles(KubernetesClient client, String namespace, WatchSignal signal) {
    this.client = client;
    this.namespace = namespace;
    this.signal = signal;
    this.looks = new RepeatedLook("role-map", INTERVAL, this::look, ConfigMapRoles::report);
  }

  /**
   * The map of a cluster, not read yet.
   *
   * @param namespace the ConfigMap's
   * @throws AccountSourceException if the settings name no API server, or credentials that cannot
   *     be used
   */
  public static ConfigMapRoles of(AccountSourceSettings.Cluster settings, String namespace)
      throws AccountSourceException {
    WatchSignal signal =
        new WatchSignal("/configmaps", "ConfigMap " + namespace + "/" + NAME, System::nanoTime);
    KubernetesClient client =
        ApiClients.connect(
            settings,
            PodCredentials.ofThisProcess(),
            builder ->
                builder.withHttpClientBuilderConsumer(
                    http -> http.addOrReplaceInterceptor("watch-signal", signal)));
    return new ConfigMapRoles(client, namespace, signal);
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

  @Override
  public String name() {
    return "role_map";
  }

  /** Starts to list and watch; tried again for as long as it takes. */
  @Override
  public void start() {
    SharedIndexInformer<ConfigMap> started =
        client
            .configMaps()
            .inNamespace(namespace)
            .withName(NAME)
            .runnableInformer(0)
            .addEventHandlerWithResyncPeriod(new Changes(this::refresh, signal), 0)
            .exceptionHandler((_, e) -> {
              refused(e);
              return true;
            });
    informer = started;
    looks.startLater();
    var _ = started.start().thenRun(this::listed);
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
  public long failures() {
    return looks.failures();
  }

  @Override
  public void close() {
    closed = true;
    looks.close();
    SharedIndexInformer<ConfigMap> running = informer;
    if (running != null) {
      running.stop();
    }
    client.close();
  }

  private void listed() {
    refresh();
    signal.listed();
    ready = true;
  }

  /** Takes over what the informer knows now; events may come late, but none is the last word. */
  private synchronized void refresh() {
    SharedIndexInformer<ConfigMap> running = informer;
    if (running == null) {
      return;
    }
    Taken found =
        running.getStore().list().stream()
            .findFirst()
            .map(map -> map.getData() == null ? null : map.getData().get(KEY))
            .map(text -> new Taken(true, text))
            .orElseGet(() -> new Taken(!running.getStore().list().isEmpty(), ""));
    if (found.equals(taken)) {
      return;
    }
    taken = found;
    take(found);
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

  private void look() throws UnusableContentException {
    signal.cutIfSilentFor(ClusterObjects.SILENCE_LIMIT);
    State now = state;
    Optional<String> problem = now.unusable().or(now.content()::problem);
    if (problem.isPresent()) {
      throw new UnusableContentException(this + " cannot be used: " + problem.get());
    }
    if (ready && signal.unwatched().compareTo(ClusterObjects.RECONNECT_LIMIT) > 0) {
      throw new UnusableContentException(this + " cannot be watched; check the API server");
    }
  }

  private static void report(String problem, @Nullable Throwable bug) {
    LOG.atWarn().setCause(bug).log("{}; what was read before stays in use", problem);
  }

  /** Logs a failure that is unlike the one before. */
  private void refused(Throwable e) {
    String problem = ApiServerReader.problem(e);
    if (!closed && !problem.equals(lastReported)) {
      lastReported = problem;
      LOG.warn(
          "{} cannot be read ({}); trying again. The webhook's account needs the rights to list and"
              + " watch it.",
          this,
          problem);
    }
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

  /** Tells of every change, whatever it is. */
  private record Changes(Runnable onChange, WatchSignal signal)
      implements ResourceEventHandler<ConfigMap> {
    @Override
    public void onList(String resourceVersion, boolean remainedEmpty) {
      signal.listed();
    }

    @Override
    public void onAdd(ConfigMap map) {
      onChange.run();
    }

    @Override
    public void onUpdate(ConfigMap before, ConfigMap map) {
      onChange.run();
    }

    @Override
    public void onDelete(ConfigMap map, boolean unknownFinalState) {
      onChange.run();
    }
  }
}
