package io.webidentity.certificate;

import io.webidentity.config.ClientSettings;
import io.webidentity.testing.LoopsOutliveFaults;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

class CertificateLoopsTest extends LoopsOutliveFaults {
  private static final Duration QUICK = Duration.ofMillis(1);
  private static final Clock CLOCK = Clock.systemUTC();

  @Override
  protected Stream<LoopCase> loops() {
    return Stream.of(
        new LoopCase(
            "certificate files",
            f -> new CertificateFiles(f.file(), f.file(), QUICK, CLOCK).looks().orElseThrow()),
        new LoopCase(
            "authority of clients",
            f -> new ClientAuthority(new ClientSettings(f.file(), Set.of()), QUICK, CLOCK).looks()),
        new LoopCase(
            "shared certificates",
            f ->
                new SharedCertificateSource(
                        f.proxy(CertificateSecret.class),
                        Optional.empty(),
                        new CertificateRotation(
                            List.of("webhook.eks.svc"), Duration.ofMinutes(10), CLOCK),
                        () -> true,
                        QUICK)
                    .looks()
                    .orElseThrow()));
  }
}
