package io.webidentity.identity;

import io.webidentity.account.AccountKind;
import io.webidentity.account.ManifestServiceAccounts;
import io.webidentity.account.NamespaceKind;
import io.webidentity.account.NamespacePart;
import io.webidentity.account.ServiceAccountManifests;
import io.webidentity.account.ServiceAccounts;
import io.webidentity.config.AccountSourceSettings;
import io.webidentity.identity.source.ContainerCredentialsFile;
import io.webidentity.injection.AnnotationKeys;
import io.webidentity.kubernetes.ClusterObjects;
import io.webidentity.kubernetes.PodCredentials;
import io.webidentity.rolepolicy.RolePolicyFile;
import io.webidentity.testing.Faults;
import io.webidentity.testing.LoopsOutliveFaults;
import io.webidentity.watch.RepeatedLook;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

class IdentityLoopsTest extends LoopsOutliveFaults {
  private static final Duration QUICK = Duration.ofMillis(1);

  @Override
  protected Stream<LoopCase> loops() {
    return Stream.of(
        new LoopCase("role policy in a file", f -> new RolePolicyFile(f.file(), QUICK).looks()),
        new LoopCase(
            "container credentials", f -> new ContainerCredentialsFile(f.file(), QUICK).looks()),
        new LoopCase(
            "ServiceAccounts in manifests",
            f ->
                new ManifestServiceAccounts(
                        f.file(),
                        new ServiceAccountManifests("example.com"),
                        QUICK,
                        System::nanoTime)
                    .looks()
                    .orElseThrow()),
        new LoopCase("watch of ServiceAccounts", IdentityLoopsTest::accounts),
        new LoopCase("watch of Namespaces", IdentityLoopsTest::namespaces));
  }

  /** Not connected: what looks after the watch asks for the time, connected or not. */
  private static RepeatedLook accounts(Faults faults) {
    return new ClusterObjects<>(
            new AccountKind(new AnnotationKeys("example.com")),
            nowhere(),
            Clock.systemUTC(),
            seenByLoop(faults, ServiceAccounts.LOOP),
            new PodCredentials(Map.of(), Path.of("none")))
        .looks()
        .orElseThrow();
  }

  private static RepeatedLook namespaces(Faults faults) {
    return new ClusterObjects<>(
            new NamespaceKind(new AnnotationKeys("example.com"), Set.of(NamespacePart.DEFAULTS)),
            nowhere(),
            Clock.systemUTC(),
            seenByLoop(faults, "namespaces"),
            new PodCredentials(Map.of(), Path.of("none")))
        .looks()
        .orElseThrow();
  }

  private static LongSupplier seenByLoop(Faults faults, String loop) {
    return () -> {
      if (Thread.currentThread().getName().equals(loop)) {
        faults.look();
      }
      return System.nanoTime();
    };
  }

  private static AccountSourceSettings.Cluster nowhere() {
    return new AccountSourceSettings.Cluster(
        Optional.empty(), Optional.of(URI.create("http://127.0.0.1:1")), Duration.ofMinutes(1));
  }
}
