package io.webidentity.cli.inject;

import io.webidentity.account.AccountFinder;
import io.webidentity.account.NamespaceFinder;
import io.webidentity.cli.flag.GivenFlags;
import io.webidentity.cli.flag.UsageException;
import io.webidentity.cli.serve.IdentityFlags;
import io.webidentity.cli.serve.RolePolicyFlags;
import io.webidentity.config.IdentitySettings;
import io.webidentity.config.RolePolicySettings;
import io.webidentity.decision.PodDecider;
import io.webidentity.decision.PodTreeDecider;
import io.webidentity.identity.IdentityGuard;
import io.webidentity.identity.IdentityResolver;
import io.webidentity.injection.InjectionSettings;
import io.webidentity.injection.Injector;
import io.webidentity.injection.SessionSettings;

/**
 * The settings of all commands that decide about pods without serving: {@code inject}, {@code
 * explain} and {@code audit}.
 *
 * @param identity what identities are made of
 * @param session how SDKs are told to open sessions
 * @param injection what is injected beside
 * @param policy where the role policy is, and what else counts
 */
public record OfflineSettings(
    IdentitySettings identity,
    SessionSettings session,
    InjectionSettings injection,
    RolePolicySettings policy) {
  /**
   * The settings that flags make.
   *
   * @throws UsageException if a flag has a wrong value
   */
  public static OfflineSettings of(GivenFlags flags) throws UsageException {
    return new OfflineSettings(
        IdentityFlags.identity(flags),
        IdentityFlags.session(flags),
        IdentityFlags.injection(flags),
        RolePolicyFlags.settings(flags));
  }

  /** The prefix of the annotations, without the slash. */
  public String annotationPrefix() {
    return identity.annotationPrefix();
  }

  /** Decides by these settings, and by what these sources and objects say. */
  public PodTreeDecider injector(
      OfflineSources sources, AccountFinder accounts, NamespaceFinder namespaces) {
    return new PodTreeDecider(
        annotationPrefix(),
        new PodDecider(
            accounts,
            namespaces,
            new IdentityResolver(identity, session, sources.identity()),
            IdentityGuard.of(policy, sources.policy(), identity, session),
            new Injector(injection, (_, highest) -> highest)));
  }
}
