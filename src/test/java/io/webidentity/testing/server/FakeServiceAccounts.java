package io.webidentity.testing.server;

import io.webidentity.account.AccountKey;
import io.webidentity.account.IdentityAnnotations;
import io.webidentity.account.ServiceAccounts;
import io.webidentity.account.SessionAnnotations;
import io.webidentity.kubernetes.ListAgain;
import io.webidentity.kubernetes.ObjectLookup;
import io.webidentity.kubernetes.ObjectStatistics;
import io.webidentity.kubernetes.ObjectStatistics.LookupResult;
import io.webidentity.watch.RepeatedLook;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * ServiceAccounts that a test sets, with what is known and what only a live look-up tells apart.
 */
public final class FakeServiceAccounts implements ServiceAccounts {
  private final Map<AccountKey, IdentityAnnotations> known = new ConcurrentHashMap<>();
  private final Map<AccountKey, CompletionStage<ObjectLookup<IdentityAnnotations>>> live =
      new ConcurrentHashMap<>();
  private final AtomicInteger lookUps = new AtomicInteger();
  private final AtomicInteger rereads = new AtomicInteger();
  private volatile boolean ready = true;

  /** The informer has seen this account, with this role. */
  public FakeServiceAccounts know(AccountKey account, String roleArn) {
    known.put(account, withRole(roleArn));
    return this;
  }

  /** The informer has seen this account, with these annotations. */
  public FakeServiceAccounts know(AccountKey account, IdentityAnnotations annotations) {
    known.put(account, annotations);
    return this;
  }

  /** The informer has seen this account, without annotations. */
  public FakeServiceAccounts knowWithoutRole(AccountKey account) {
    known.put(account, IdentityAnnotations.NONE);
    return this;
  }

  /** A live look-up of this account ends like this. */
  public FakeServiceAccounts answer(AccountKey account, ObjectLookup<IdentityAnnotations> lookup) {
    return answer(account, CompletableFuture.completedFuture(lookup));
  }

  /** A live look-up of this account ends when and how the stage does. */
  public FakeServiceAccounts answer(
      AccountKey account, CompletionStage<ObjectLookup<IdentityAnnotations>> lookup) {
    live.put(account, lookup);
    return this;
  }

  /** Whether the first list is complete. */
  public void setReady(boolean ready) {
    this.ready = ready;
  }

  /** How many live look-ups there were. */
  public int lookUps() {
    return lookUps.get();
  }

  /** How often everything was to be read again. */
  public int rereads() {
    return rereads.get();
  }

  /** Annotations with this role and nothing else. */
  public static IdentityAnnotations withRole(String roleArn) {
    return new IdentityAnnotations(roleArn, null, null, null, SessionAnnotations.NONE);
  }

  @Override
  public void start() {}

  @Override
  public boolean ready() {
    return ready;
  }

  @Override
  public Optional<IdentityAnnotations> known(AccountKey account) {
    return Optional.ofNullable(known.get(account));
  }

  @Override
  public CompletionStage<ObjectLookup<IdentityAnnotations>> lookUpLive(AccountKey account) {
    lookUps.incrementAndGet();
    CompletionStage<ObjectLookup<IdentityAnnotations>> answer = live.get(account);
    return answer != null
        ? answer
        : CompletableFuture.completedFuture(
            new ObjectLookup.Failed<>(
                LookupResult.FAILED, "the test has no answer for " + account));
  }

  @Override
  public SortedMap<String, IdentityAnnotations> annotated() {
    SortedMap<String, IdentityAnnotations> annotated = new TreeMap<>();
    known.forEach((account, annotations) -> {
      if (!annotations.equals(IdentityAnnotations.NONE)) {
        annotated.put(account.toString(), annotations);
      }
    });
    return annotated;
  }

  /** As every reading: what the test has set stays known. */
  @Override
  public ListAgain listAgain() {
    rereads.incrementAndGet();
    return ListAgain.STARTED;
  }

  @Override
  public ObjectStatistics statistics() {
    return new ObjectStatistics(known.size(), 0, Optional.empty(), true, Map.of());
  }

  @Override
  public void close() {}

  @Override
  public Optional<RepeatedLook> looks() {
    return Optional.empty();
  }
}
