package io.webidentity.kubernetes;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.webidentity.account.AccountKey;
import io.webidentity.account.AccountKind;
import io.webidentity.account.IdentityAnnotations;
import io.webidentity.injection.AnnotationKeys;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Part of {@code make bench-scale}: what the store keeps of an account, and how long it takes to
 * find one, by itself. The bytes are what the heap has more of after a collection than before, by
 * account; run it with the flags of the image's JVM, which decide how large an object is.
 */
public final class AccountFootprint {
  private static final int[] ACCOUNTS = {100, 1_000, 10_000, 100_000};
  private static final int MEASURED = 100_000;
  private static final int COLLECTIONS = 8;
  private static final int LOOK_UPS = 2_000_000;

  private static long found;

  private AccountFootprint() {}

  /**
   * Prints both tables.
   *
   * @param args the file that they are added to
   */
  public static void main(String[] args) throws IOException {
    List<String> report = new ArrayList<>();
    report.add("");
    report.add("| accounts | bytes of heap an account |");
    report.add("|---|---|");
    bytes(1); // What classes and the compiler need is there from now on.
    report.add("| annotated | %.1f |".formatted(bytes(1)));
    report.add("| not annotated | %.1f |".formatted(bytes(MEASURED + 1)));
    report.add("");
    report.add(
        "| accounts, one in ten annotated | annotated, ns a look-up | not annotated | unknown |");
    report.add("|---|---|---|---|");
    for (int round = 0; round < 2; round++) { // The first warms up.
      for (int accounts : ACCOUNTS) {
        String row = lookUps(accounts);
        if (round == 1) {
          report.add(row);
        }
      }
    }
    report.forEach(System.out::println);
    Path file = Path.of(args[0]);
    List<String> all = new ArrayList<>(Files.exists(file) ? Files.readAllLines(file) : List.of());
    all.addAll(report);
    Files.write(file, all);
    if (found == 0) {
      throw new IllegalStateException("no account was found");
    }
  }

  private static double bytes(int oneAnnotatedIn) {
    long before = usedHeap();
    ObjectStore<AccountKey, IdentityAnnotations> store = filled(MEASURED, oneAnnotatedIn);
    long after = usedHeap();
    found += store.size();
    return (double) (after - before) / MEASURED;
  }

  private static String lookUps(int accounts) {
    ObjectStore<AccountKey, IdentityAnnotations> store = filled(accounts, 10);
    int[] offsets = {0, 1, accounts * 10};
    double[] nanos = new double[offsets.length];
    for (int i = 0; i < offsets.length; i++) {
      nanos[i] = lookUps(store, accounts, offsets[i]);
    }
    return String.format(
        Locale.ROOT, "| %,d | %.0f | %.0f | %.0f |", accounts, nanos[0], nanos[1], nanos[2]);
  }

  private static double lookUps(
      ObjectStore<AccountKey, IdentityAnnotations> store, int accounts, int offset) {
    // Few enough to be in the processor's caches themselves: the store is what grows.
    AccountKey[] keys = new AccountKey[100];
    for (int i = 0; i < keys.length; i++) {
      int account = (int) ((long) i * accounts / keys.length) / 10 * 10 + offset;
      keys[i] = new AccountKey(namespace(account), name(account));
    }
    long start = System.nanoTime();
    for (int i = 0; i < LOOK_UPS; i++) {
      found += store.known(keys[i % keys.length]).isPresent() ? 1 : 0;
    }
    return (double) (System.nanoTime() - start) / LOOK_UPS;
  }

  private static ObjectStore<AccountKey, IdentityAnnotations> filled(
      int accounts, int oneAnnotatedIn) {
    ObjectStore<AccountKey, IdentityAnnotations> store =
        new ObjectStore<>(
            new AccountKind(new AnnotationKeys("example.com")),
            Clock.systemUTC(),
            System::nanoTime);
    store.listBegins();
    for (int i = 0; i < accounts; i++) {
      store.listed(object(i, oneAnnotatedIn <= accounts && i % oneAnnotatedIn == 0));
    }
    store.listEnds();
    return store;
  }

  private static ApiObject object(int account, boolean annotated) {
    return ApiObject.of(
        new ObjectMetaBuilder()
            .withNamespace(namespace(account))
            .withName(name(account))
            .withResourceVersion("" + account)
            .withCreationTimestamp("2020-01-01T00:00:00Z")
            .withAnnotations(
                annotated
                    ? Map.of(
                        "example.com/role-arn",
                        "arn:aws:iam::111122223333:role/%s-%s"
                            .formatted(namespace(account), name(account)))
                    : Map.of("meta.helm.sh/release-name", "release-" + account))
            .build());
  }

  private static String namespace(int account) {
    return "team-%05d".formatted(account / 10);
  }

  private static String name(int account) {
    return "service-%06d".formatted(account);
  }

  /** Only each fourth collection of the serial collector leaves no garbage where it lies. */
  private static long usedHeap() {
    for (int i = 0; i < COLLECTIONS; i++) {
      System.gc();
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
