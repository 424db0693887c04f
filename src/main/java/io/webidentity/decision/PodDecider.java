package io.webidentity.decision;

import io.webidentity.account.AccountFinder;
import io.webidentity.account.AccountKey;
import io.webidentity.account.AccountLookup;
import io.webidentity.account.IdentityAnnotations;
import io.webidentity.account.NamespaceFinder;
import io.webidentity.account.NamespaceLookup;
import io.webidentity.account.NamespaceProperties;
import io.webidentity.identity.IdentityGuard;
import io.webidentity.identity.IdentityResolver;
import io.webidentity.identity.Resolution;
import io.webidentity.injection.Decision;
import io.webidentity.injection.EphemeralContainers;
import io.webidentity.injection.Finding;
import io.webidentity.injection.Identity;
import io.webidentity.injection.Injector;
import io.webidentity.injection.Pod;
import io.webidentity.injection.Reason;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Decides about pods, in the order of docs/contract.md: does the pod need an identity at all, which
 * one has its account, does the role policy allow it, what do the containers lack. Never blocks.
 */
public final class PodDecider {
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
    Optional<Decision.Skip> skip = injector.skipBeforeIdentity(pod);
    return skip.isPresent()
        ? CompletableFuture.completedFuture(new PodDecision.Unasked(skip.get()))
        : decide(new AccountKey(namespace, pod.serviceAccountName()), pod);
  }

  /** What the containers need that are added to a running pod. Nobody is asked. */
  public Decision decide(EphemeralContainers added) {
    return injector.decide(added);
  }

  private CompletionStage<PodDecision> decide(AccountKey key, Pod pod) {
    Optional<IdentityAnnotations> known = accounts.known(key);
    Optional<NamespaceProperties> space = namespaces.known(key.namespace());
    if (known.isPresent() && space.isPresent()) {
      return decide(
          key, pod, new AccountLookup.Found(known.get()), new NamespaceLookup.Found(space.get()));
    }
    // Both are asked before either is waited for: together they take no longer than the slower.
    CompletionStage<AccountLookup> account = lookUp(key, known);
    CompletionStage<NamespaceLookup> namespace = lookUp(key.namespace(), space);
    return account
        .thenCombine(namespace, (a, n) -> decide(key, pod, a, n))
        .thenCompose(decision -> decision);
  }

  private CompletionStage<AccountLookup> lookUp(
      AccountKey account, Optional<IdentityAnnotations> known) {
    return known
        .<CompletionStage<AccountLookup>>map(
            annotations -> CompletableFuture.completedFuture(new AccountLookup.Found(annotations)))
        .orElseGet(() -> accounts.lookUpLive(account));
  }

  private CompletionStage<NamespaceLookup> lookUp(
      String namespace, Optional<NamespaceProperties> known) {
    return known
        .<CompletionStage<NamespaceLookup>>map(
            properties -> CompletableFuture.completedFuture(new NamespaceLookup.Found(properties)))
        .orElseGet(() -> namespaces.lookUpLive(namespace));
  }

  private CompletionStage<PodDecision> decide(
      AccountKey key, Pod pod, AccountLookup account, NamespaceLookup namespace) {
    return guard
        .check(key, resolver.resolve(key, account, namespace))
        .thenApply(resolution -> decide(pod, account, resolution));
  }

  private PodDecision decide(Pod pod, AccountLookup account, Resolution resolution) {
    return switch (resolution) {
      case Resolution.Resolved(Identity identity) ->
          new PodDecision.Decided(account, resolution, injector.decide(pod, identity));
      case Resolution.None(Reason reason, List<Finding> findings) ->
          new PodDecision.Decided(account, resolution, new Decision.Skip(reason, findings));
      case Resolution.Rejected(Reason reason, List<Finding> findings) ->
          new PodDecision.Decided(account, resolution, new Decision.Reject(reason, findings));
      case Resolution.Undecided(Reason reason, String message) ->
          new PodDecision.Undecided(account, reason, message);
    };
  }
}
