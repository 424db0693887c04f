package io.webidentity.decision;

import io.webidentity.account.AccountFinder;
import io.webidentity.account.AccountKey;
import io.webidentity.account.IdentityAnnotations;
import io.webidentity.account.NamespaceFinder;
import io.webidentity.account.NamespaceProperties;
import io.webidentity.account.Namespaces;
import io.webidentity.identity.IdentityGuard;
import io.webidentity.identity.IdentityResolver;
import io.webidentity.identity.Resolution;
import io.webidentity.identity.Trail;
import io.webidentity.injection.Decision;
import io.webidentity.injection.EphemeralContainers;
import io.webidentity.injection.Finding;
import io.webidentity.injection.Identity;
import io.webidentity.injection.Injector;
import io.webidentity.injection.Pod;
import io.webidentity.injection.Reason;
import io.webidentity.kubernetes.ObjectLookup;
import io.webidentity.kubernetes.ObjectStatistics.LookupResult;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Decides about pods, in the order of docs/contract.md: does the pod need an identity at all, which
 * one has its account, does the role policy allow it, what do the containers lack. Never blocks.
 */
public final class PodDecider {
  /** If the policy begins to read Namespaces meanwhile, the API server retries. */
  private static final Optional<ObjectLookup<NamespaceProperties>> NOT_ASKED =
      Optional.of(
          new ObjectLookup.Failed<>(
              LookupResult.FAILED, "The role policy changed while the webhook decided."));

  private final AccountFinder accounts;
  private final NamespaceFinder namespaces;
  private final IdentityResolver resolver;
  private final IdentityGuard guard;
  private final Injector injector;

  /** Decides by what these know and say. */
  public PodDecider(
      AccountFinder accounts,
      NamespaceFinder namespaces,
      IdentityResolver resolver,
      IdentityGuard guard,
      Injector injector) {
    this.accounts = accounts;
    this.namespaces = namespaces;
    this.resolver = resolver;
    this.guard = guard;
    this.injector = injector;
  }

  /**
   * What a new pod needs.
   *
   * @param namespace where the pod is created
   * @return completed at once if account and Namespace are known, otherwise by the thread of the
   *     look-up; completes exceptionally only where this webhook has a defect
   */
  public CompletionStage<PodDecision> decide(String namespace, Pod pod) {
    return decide(namespace, pod, Trail.ofFindings());
  }

  /**
   * The same, for somebody who wants to know how the decision comes about.
   *
   * @param trail notes it; complete when the stage is
   */
  public CompletionStage<PodDecision> decide(String namespace, Pod pod, Trail trail) {
    Optional<Decision.Skip> skip = injector.skipBeforeIdentity(pod);
    return skip.isPresent()
        ? CompletableFuture.completedFuture(new PodDecision.Unasked(skip.get()))
        : decide(new AccountKey(namespace, pod.serviceAccountName()), pod, trail);
  }

  /** What the containers need that are added to a running pod. Nobody is asked. */
  public Decision decide(EphemeralContainers added) {
    return injector.decide(added);
  }

  private CompletionStage<PodDecision> decide(AccountKey key, Pod pod, Trail trail) {
    Optional<IdentityAnnotations> known = accounts.known(key);
    Optional<ObjectLookup<NamespaceProperties>> space = known(key.namespace());
    if (known.isPresent() && space.isPresent()) {
      return CompletableFuture.completedFuture(
          decide(key, pod, new ObjectLookup.Found<>(known.get()), space.get(), trail));
    }
    // Both are asked before either is waited for: together they take no longer than the slower.
    CompletionStage<ObjectLookup<IdentityAnnotations>> account = lookUp(key, known);
    CompletionStage<ObjectLookup<NamespaceProperties>> namespace =
        space
            .<CompletionStage<ObjectLookup<NamespaceProperties>>>map(
                CompletableFuture::completedFuture)
            .orElseGet(() -> namespaces.lookUpLive(key.namespace()));
    return account.thenCombine(namespace, (a, n) -> decide(key, pod, a, n, trail));
  }

  private Optional<ObjectLookup<NamespaceProperties>> known(String namespace) {
    return guard.needs(namespaces)
        ? namespaces.known(namespace).map(ObjectLookup.Found::new)
        : NOT_ASKED;
  }

  private CompletionStage<ObjectLookup<IdentityAnnotations>> lookUp(
      AccountKey account, Optional<IdentityAnnotations> known) {
    return known
        .<CompletionStage<ObjectLookup<IdentityAnnotations>>>map(
            annotations -> CompletableFuture.completedFuture(new ObjectLookup.Found<>(annotations)))
        .orElseGet(() -> accounts.lookUpLive(account));
  }

  private PodDecision decide(
      AccountKey key,
      Pod pod,
      ObjectLookup<IdentityAnnotations> account,
      ObjectLookup<NamespaceProperties> namespace,
      Trail trail) {
    ObjectLookup<NamespaceProperties> defaults =
        namespaces.areDefaults() ? namespace : Namespaces.NO_SAY;
    Resolution resolved = resolver.resolve(key, account, defaults, trail);
    Resolution resolution = guard.check(key, resolved, namespace, trail);
    return switch (resolution) {
      case Resolution.Resolved(Identity identity, var _) ->
          new PodDecision.Decided(account, resolution, injector.decide(pod, identity));
      case Resolution.None(Reason reason, List<Finding> findings) ->
          new PodDecision.Decided(
              account, resolution, injector.withoutIdentity(pod, reason, findings));
      case Resolution.Rejected(Reason reason, List<Finding> findings) ->
          new PodDecision.Decided(account, resolution, new Decision.Reject(reason, findings));
      case Resolution.Undecided(Reason reason, String message) ->
          new PodDecision.Undecided(account, reason, message);
    };
  }
}
