package io.webidentity.audit;

import io.webidentity.config.AccountSourceSettings;
import io.webidentity.config.AuditSettings;
import io.webidentity.kubernetes.ApiObjects;
import io.webidentity.testing.Faults;
import io.webidentity.testing.LoopsOutliveFaults;
import io.webidentity.watch.RepeatedLook;
import io.webidentity.watch.UnusableContentException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.stream.Stream;

class AuditLoopsTest extends LoopsOutliveFaults {
  @Override
  protected Stream<LoopCase> loops() {
    return Stream.of(new LoopCase("audit", AuditLoopsTest::audit));
  }

  private static RepeatedLook audit(Faults faults) {
    AuditSettings settings = new AuditSettings(Duration.ofHours(1), 0, "system", "webhook-audit");
    ApiObjects api = nowhere();
    return new PeriodicAudit(
            settings,
            api,
            new AuditLease(api, settings, "this", System::nanoTime, InstantSource.system()),
            () -> {
              faults.look();
              return false;
            },
            _ -> {
              throw new IllegalStateException("nothing is ready");
            },
            _ -> {},
            System::nanoTime,
            InstantSource.system())
        .looks();
  }

  /** Not connected: nothing is asked there. */
  private static ApiObjects nowhere() {
    try {
      return ApiObjects.connect(
          new AccountSourceSettings.Cluster(
              Optional.empty(),
              Optional.of(URI.create("http://127.0.0.1:1")),
              Duration.ofSeconds(1)));
    } catch (UnusableContentException e) {
      throw new IllegalStateException(e);
    }
  }
}
