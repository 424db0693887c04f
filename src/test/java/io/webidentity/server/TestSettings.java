package io.webidentity.server;

import io.webidentity.config.AccountSourceSettings;
import io.webidentity.config.AdmissionSettings;
import io.webidentity.config.AuditSettings;
import io.webidentity.config.CertificateSettings;
import io.webidentity.config.IdentitySettings;
import io.webidentity.config.IdentitySourceSettings;
import io.webidentity.config.LogSettings;
import io.webidentity.config.ObservationSettings;
import io.webidentity.config.RolePolicySettings;
import io.webidentity.config.ServerSettings;
import io.webidentity.config.ShadowSettings;
import io.webidentity.config.TlsSettings;
import io.webidentity.config.TlsVersion;
import io.webidentity.injection.ContainerCredentialsSettings;
import io.webidentity.injection.InjectionSettings;
import io.webidentity.injection.SessionSettings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Settings of servers under test: defaults, on any free ports. */
final class TestSettings {
  private static final String PREFIX = "eks.amazonaws.com";

  private TestSettings() {}

  /** With a certificate made at start. */
  static ServeSettings selfSigned(Path authority) {
    return with(
        new TlsSettings(
            new CertificateSettings.SelfSigned(Optional.of(authority), List.of()),
            TlsVersion.TLS_1_2,
            List.of(),
            Optional.empty()));
  }

  /** With these TLS settings. */
  static ServeSettings with(TlsSettings tls) {
    return new ServeSettings(
        new ServerSettings(0, 0, Duration.ZERO),
        tls,
        new AccountSourceSettings.Manifests(Path.of("unused")),
        new IdentitySettings(
            PREFIX, "sts.amazonaws.com", 86_400, false, Optional.empty(), "pods.eks.amazonaws.com"),
        IdentitySourceSettings.NONE,
        RolePolicySettings.NONE,
        SessionSettings.NONE,
        new InjectionSettings(
            PREFIX,
            "/var/run/secrets/eks.amazonaws.com/serviceaccount",
            ContainerCredentialsSettings.DEFAULT),
        AdmissionSettings.NONE,
        false,
        Optional.empty(),
        Optional.empty(),
        new LogSettings(LogSettings.Level.INFO, LogSettings.Format.TEXT),
        ObservationSettings.NONE);
  }

  /** The same, with what decides about identities beside annotations. */
  static ServeSettings withSources(ServeSettings settings, IdentitySourceSettings sources) {
    return of(
        settings,
        settings.accounts(),
        sources,
        settings.rolePolicy(),
        settings.shadow(),
        settings.observation());
  }

  /** The same, with a role policy. */
  static ServeSettings withRolePolicy(ServeSettings settings, RolePolicySettings policy) {
    return of(
        settings,
        settings.accounts(),
        settings.sources(),
        policy,
        settings.shadow(),
        settings.observation());
  }

  /** The same, with more to be seen. */
  static ServeSettings withObservation(ServeSettings settings, ObservationSettings observation) {
    return of(
        settings,
        settings.accounts(),
        settings.sources(),
        settings.rolePolicy(),
        settings.shadow(),
        observation);
  }

  /** The same, with accounts from elsewhere. */
  static ServeSettings withAccounts(ServeSettings settings, AccountSourceSettings accounts) {
    return of(
        settings,
        accounts,
        settings.sources(),
        settings.rolePolicy(),
        settings.shadow(),
        settings.observation());
  }

  /** The same in shadow mode. */
  static ServeSettings withShadow(ServeSettings settings, ShadowSettings shadow) {
    return of(
        settings,
        settings.accounts(),
        settings.sources(),
        settings.rolePolicy(),
        Optional.of(shadow),
        settings.observation());
  }

  /** The same, with an audit of the pods of a cluster that nobody reaches. */
  static ServeSettings withAudit(ServeSettings settings, AuditSettings audit) {
    return new ServeSettings(
        settings.server(),
        settings.tls(),
        new AccountSourceSettings.Cluster(
            Optional.empty(), Optional.of(URI.create("http://127.0.0.1:1")), Duration.ofSeconds(1)),
        settings.identity(),
        settings.sources(),
        settings.rolePolicy(),
        settings.session(),
        settings.injection(),
        settings.admission(),
        settings.events(),
        Optional.of(audit),
        settings.shadow(),
        settings.log(),
        settings.observation());
  }

  /** Those settings, but for what tests change. */
  private static ServeSettings of(
      ServeSettings settings,
      AccountSourceSettings accounts,
      IdentitySourceSettings sources,
      RolePolicySettings policy,
      Optional<ShadowSettings> shadow,
      ObservationSettings observation) {
    return new ServeSettings(
        settings.server(),
        settings.tls(),
        accounts,
        settings.identity(),
        sources,
        policy,
        settings.session(),
        settings.injection(),
        settings.admission(),
        settings.events(),
        settings.audit(),
        shadow,
        settings.log(),
        observation);
  }
}
