package io.webidentity.account;

import io.webidentity.kubernetes.ObjectStatistics;
import io.webidentity.kubernetes.Rereading;
import io.webidentity.watch.RepeatedLook;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Namespaces that have no say. */
final class UnaskedNamespaces implements Namespaces {
  @Override
  public void start() {
    // There is nothing to read.
  }

  @Override
  public boolean ready() {
    return true;
  }

  @Override
  public Optional<NamespaceProperties> known(String name) {
    return Optional.of(NamespaceProperties.NONE);
  }

  @Override
  public CompletionStage<NamespaceLookup> lookUpLive(String name) {
    return CompletableFuture.completedFuture(NamespaceLookup.NO_SAY);
  }

  @Override
  public Rereading reread() {
    return Rereading.ALWAYS; // There is nothing to read.
  }

  @Override
  public Optional<ObjectStatistics> statistics() {
    return Optional.empty();
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
