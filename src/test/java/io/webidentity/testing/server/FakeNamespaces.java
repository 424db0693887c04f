package io.webidentity.testing.server;

import io.webidentity.account.NamespaceProperties;
import io.webidentity.account.Namespaces;
import io.webidentity.kubernetes.ListAgain;
import io.webidentity.kubernetes.ObjectLookup;
import io.webidentity.kubernetes.ObjectStatistics;
import io.webidentity.kubernetes.ObjectStatistics.LookupResult;
import io.webidentity.watch.RepeatedLook;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/** Namespaces that a test sets, with what is known and what only a live look-up tells apart. */
public final class FakeNamespaces implements Namespaces {
  private final Map<String, NamespaceProperties> known = new ConcurrentHashMap<>();
  private final Map<String, CompletionStage<ObjectLookup<NamespaceProperties>>> live =
      new ConcurrentHashMap<>();
  private final AtomicInteger lookUps = new AtomicInteger();
  private volatile boolean ready = true;

  /** The informer has seen this Namespace, with these properties. */
  public FakeNamespaces know(String name, NamespaceProperties properties) {
    known.put(name, properties);
    return this;
  }

  /** A live look-up of this Namespace ends like this. */
  public FakeNamespaces answer(String name, ObjectLookup<NamespaceProperties> lookup) {
    return answer(name, CompletableFuture.completedFuture(lookup));
  }

  /** A live look-up of this Namespace ends when and how the stage does. */
  public FakeNamespaces answer(
      String name, CompletionStage<ObjectLookup<NamespaceProperties>> lookup) {
    live.put(name, lookup);
    return this;
  }

  /** Whether the first list is complete. */
  public void setReady(boolean ready) {
    this.ready = ready;
  }

  /** How many live look-ups there were. */
  public int lookUps() {
    return lookUps.get();
  }

  /** Properties of a Namespace with this role as default and nothing else. */
  public static NamespaceProperties withRole(String roleArn) {
    return new NamespaceProperties(FakeServiceAccounts.withRole(roleArn));
  }

  @Override
  public boolean areDefaults() {
    return true;
  }

  @Override
  public void start(BooleanSupplier needed) {}

  @Override
  public boolean ready() {
    return ready;
  }

  @Override
  public Optional<NamespaceProperties> known(String name) {
    return Optional.ofNullable(known.get(name));
  }

  @Override
  public CompletionStage<ObjectLookup<NamespaceProperties>> lookUpLive(String name) {
    lookUps.incrementAndGet();
    CompletionStage<ObjectLookup<NamespaceProperties>> answer = live.get(name);
    return answer != null
        ? answer
        : CompletableFuture.completedFuture(
            new ObjectLookup.Failed<>(LookupResult.FAILED, "the test has no answer for " + name));
  }

  @Override
  public ListAgain listAgain() {
    return ListAgain.STARTED;
  }

  @Override
  public ObjectStatistics statistics() {
    return new ObjectStatistics(known.size(), 0, Optional.empty(), true, Map.of());
  }

  @Override
  public Optional<RepeatedLook> looks() {
    return Optional.of(new RepeatedLook("namespaces", Duration.ofDays(1), () -> {}, (_, _) -> {}));
  }

  @Override
  public void close() {}
}
