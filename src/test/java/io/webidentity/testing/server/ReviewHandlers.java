package io.webidentity.testing.server;

import io.webidentity.account.Namespaces;
import io.webidentity.account.ServiceAccounts;
import io.webidentity.admission.DecisionMetrics;
import io.webidentity.admission.DecisionRecorder;
import io.webidentity.admission.EphemeralContainerRule;
import io.webidentity.admission.PodEvents;
import io.webidentity.admission.ReviewHandler;
import io.webidentity.admission.ReviewReader;
import io.webidentity.config.IdentitySettings;
import io.webidentity.decision.PodDecider;
import io.webidentity.identity.IdentityGuard;
import io.webidentity.identity.IdentityResolver;
import io.webidentity.identity.IdentitySources;
import io.webidentity.injection.ContainerCredentialsSettings;
import io.webidentity.injection.InjectionSettings;
import io.webidentity.injection.Injector;
import io.webidentity.injection.PodReader;
import io.webidentity.injection.SessionSettings;
import io.webidentity.observability.ReferenceMetrics;
import java.util.Optional;

/** What answers reviews, as without any flag: annotations alone decide, and there is no policy. */
public final class ReviewHandlers {
  private static final String PREFIX = "eks.amazonaws.com";

  private ReviewHandlers() {}

  /** All of it, with a test's accounts and Namespaces. */
  public static ReviewHandler of(
      ServiceAccounts accounts, Namespaces namespaces, DecisionMetrics metrics) {
    return of(accounts, namespaces, IdentitySources.ANNOTATIONS, IdentityGuard.NONE, metrics);
  }

  /** The same, with what else decides about identities, and a role policy. */
  public static ReviewHandler of(
      ServiceAccounts accounts,
      Namespaces namespaces,
      IdentitySources sources,
      IdentityGuard guard,
      DecisionMetrics metrics) {
    return new ReviewHandler(
        reader(),
        new PodDecider(accounts, namespaces, resolver(sources), guard, injector()),
        new DecisionRecorder(metrics, ReferenceMetrics.NONE, PodEvents.NONE));
  }

  /** Reads reviews. */
  public static ReviewReader reader() {
    return new ReviewReader(new PodReader(PREFIX), EphemeralContainerRule.IGNORE);
  }

  /** Finds identities. */
  public static IdentityResolver resolver() {
    return resolver(IdentitySources.ANNOTATIONS);
  }

  private static IdentityResolver resolver(IdentitySources sources) {
    return new IdentityResolver(
        new IdentitySettings(
            PREFIX, "sts.amazonaws.com", 86_400, false, Optional.empty(), "pods.eks.amazonaws.com"),
        SessionSettings.NONE,
        sources);
  }

  /** Decides; tokens live as long as they may, never by chance. */
  public static Injector injector() {
    return new Injector(
        new InjectionSettings(
            PREFIX,
            "/var/run/secrets/eks.amazonaws.com/serviceaccount",
            ContainerCredentialsSettings.DEFAULT),
        (_, longest) -> longest);
  }
}
