package io.webidentity.server;

import io.webidentity.config.AccountSourceSettings;
import io.webidentity.config.AdmissionSettings;
import io.webidentity.config.AuditSettings;
import io.webidentity.config.IdentitySettings;
import io.webidentity.config.IdentitySourceSettings;
import io.webidentity.config.LogSettings;
import io.webidentity.config.ObservationSettings;
import io.webidentity.config.RolePolicySettings;
import io.webidentity.config.ServerSettings;
import io.webidentity.config.ShadowSettings;
import io.webidentity.config.TlsSettings;
import io.webidentity.injection.InjectionSettings;
import io.webidentity.injection.SessionSettings;
import java.util.Optional;

/**
 * All that the server is told.
 *
 * @param server where it listens and how it stops
 * @param tls its certificate and what TLS it speaks
 * @param accounts where ServiceAccounts come from
 * @param identity what identities are made of where ServiceAccounts do not say
 * @param sources what decides about identities beside annotations
 * @param rolePolicy which of these identities pods may have
 * @param session how SDKs are told to open sessions where ServiceAccounts do not say
 * @param injection what is injected beside the identity
 * @param admission which requests beside the creation of pods are answered
 * @param events whether Events of the cluster tell of surprises
 * @param audit how running pods are looked at, if they are
 * @param shadow with which webhook this one is compared, while it injects nothing
 * @param log what is logged and how
 * @param observation what operators can see beside that and the metrics
 */
public record ServeSettings(
    ServerSettings server,
    TlsSettings tls,
    AccountSourceSettings accounts,
    IdentitySettings identity,
    IdentitySourceSettings sources,
    RolePolicySettings rolePolicy,
    SessionSettings session,
    InjectionSettings injection,
    AdmissionSettings admission,
    boolean events,
    Optional<AuditSettings> audit,
    Optional<ShadowSettings> shadow,
    LogSettings log,
    ObservationSettings observation) {}
