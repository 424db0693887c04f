package io.webidentity.account;

import io.webidentity.kubernetes.ListAgain;
import io.webidentity.kubernetes.ObjectLookup;
import io.webidentity.kubernetes.ObjectStatistics;
import io.webidentity.kubernetes.ObjectStatistics.LookupResult;
import io.webidentity.watch.RepeatedLook;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;

/** Namespaces that have no say, or that nobody can be asked for: there is nothing to read. */
final class FixedNamespaces implements Namespaces {
  private final Optional<NamespaceProperties> known;

  private FixedNamespaces(Optional<NamespaceProperties> known) {
    this.known = known;
  }

  static Namespaces withoutSay() {
    return new FixedNamespaces(Optional.of(NamespaceProperties.NONE));
  }

  static Namespaces unknown() {
    return new FixedNamespaces(Optional.empty());
  }

  @Override
  public void start(BooleanSupplier needed) {
    // There is nothing to read.
  }

  @Override
  public boolean ready() {
    return true;
  }

  @Override
  public boolean areDefaults() {
    return false;
  }

  @Override
  public Optional<NamespaceProperties> known(String name) {
    return known;
  }

  @Override
  public CompletionStage<ObjectLookup<NamespaceProperties>> lookUpLive(String name) {
    return CompletableFuture.completedFuture(
        new ObjectLookup.Failed<>(
            LookupResult.FAILED,
            "The role policy depends on Namespace %s, and there is no cluster to ask."
                .formatted(name)));
  }

  @Override
  public ListAgain listAgain() {
    return ListAgain.NOT_NEEDED; // There is nothing to read.
  }

  @Override
  public ObjectStatistics statistics() {
    return new ObjectStatistics(0, 0, Optional.empty(), false, Map.of());
  }

  @Override
  public Optional<RepeatedLook> looks() {
    return Optional.empty();
  }

  @Override
  public void close() {
    // Nothing was started.
  }
}
