package io.webidentity.cli;

import io.webidentity.certificate.CertificateFiles;
import io.webidentity.certificate.CertificateSource;
import io.webidentity.certificate.SelfSignedAuthority;
import io.webidentity.certificate.SelfSignedCertificateSource;
import io.webidentity.certificate.ServingCertificate;
import io.webidentity.certificate.UnusableCertificateException;
import io.webidentity.config.AccountSourceSettings;
import io.webidentity.config.CertificateSettings;
import io.webidentity.identity.AccountSourceException;
import io.webidentity.identity.ClusterServiceAccounts;
import io.webidentity.identity.ManifestServiceAccounts;
import io.webidentity.identity.ServiceAccountManifests;
import io.webidentity.identity.ServiceAccounts;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** The sources that the settings name. */
final class Sources {
  /** Kubelet brings a renewed Secret about once a minute; looking is two small reads. */
  private static final Duration CERTIFICATE_INTERVAL = Duration.ofSeconds(5);

  private Sources() {}

  /** Where ServiceAccounts come from, not started. */
  static ServiceAccounts accounts(ServeSettings settings) {
    String prefix = settings.identity().annotationPrefix();
    return switch (settings.accounts()) {
      case AccountSourceSettings.Cluster cluster ->
          new ClusterServiceAccounts(cluster, prefix, Clock.systemUTC());
      case AccountSourceSettings.Manifests manifests ->
          new ManifestServiceAccounts(manifests, new ServiceAccountManifests(prefix));
    };
  }

  static void start(CertificateSource certificates, Consumer<ServingCertificate> onChange)
      throws StartException {
    try {
      certificates.start(onChange);
    } catch (UnusableCertificateException e) {
      throw new StartException(String.valueOf(e.getMessage()), e);
    }
  }

  static void start(ServiceAccounts accounts) throws StartException {
    try {
      accounts.start();
    } catch (AccountSourceException e) {
      throw new StartException(String.valueOf(e.getMessage()), e);
    }
  }

  /** Where the serving certificate comes from, not started. */
  static CertificateSource certificates(ServeSettings settings) {
    return switch (settings.tls().certificate()) {
      case CertificateSettings.Files files ->
          new CertificateFiles(
              files.certificate(), files.key(), CERTIFICATE_INTERVAL, Clock.systemUTC());
      case CertificateSettings.SelfSigned selfSigned ->
          new SelfSignedCertificateSource(
              new SelfSignedAuthority(Clock.systemUTC()),
              selfSigned.dnsNames(),
              selfSigned.authorityOut());
    };
  }

  /** A certificate that no client trusts, served until the real one is there. */
  static ServingCertificate standInCertificate() {
    return new SelfSignedAuthority(Clock.systemUTC()).issueServing(List.of());
  }
}
