package io.webidentity.cli.inject;

import io.webidentity.account.AccountKey;
import io.webidentity.account.IdentityAnnotations;
import io.webidentity.account.ServiceAccountManifests;
import io.webidentity.cli.flag.UsageException;
import io.webidentity.watch.UnusableContentException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The ServiceAccounts that {@code inject} knows: those it was given, and those among its input. */
public final class InputAccounts {
  /** What a line of a terminal has room for. */
  private static final int MOST_NAMED = 8;

  private InputAccounts() {}

  /** A sentence that says which accounts these are, the first few by name. */
  static String named(Set<AccountKey> accounts) {
    if (accounts.isEmpty()) {
      return "No ServiceAccount was read.";
    }
    String more =
        accounts.size() > MOST_NAMED ? " and %d more".formatted(accounts.size() - MOST_NAMED) : "";
    return accounts.stream()
        .map(AccountKey::toString)
        .sorted()
        .limit(MOST_NAMED)
        .collect(Collectors.joining(", ", "Read: ", more + "."));
  }

  /**
   * Reads both.
   *
   * @param given what {@code --service-accounts} names
   * @param namespace the namespace of accounts that name none
   * @throws UsageException if they cannot be read, or contradict each other
   */
  public static Map<AccountKey, IdentityAnnotations> read(
      Optional<Path> given, List<ManifestFile> files, String annotationPrefix, String namespace)
      throws UsageException {
    ServiceAccountManifests manifests = new ServiceAccountManifests(annotationPrefix, namespace);
    Map<AccountKey, IdentityAnnotations> accounts = new HashMap<>();
    try {
      if (given.isPresent()) {
        accounts.putAll(manifests.read(given.get()));
      }
      for (ManifestFile file : files) {
        Map<AccountKey, IdentityAnnotations> more = manifests.of(file.documents());
        merge(accounts, more, file.text().source());
      }
    } catch (UnusableContentException wrong) {
      throw ManifestFile.usage(wrong);
    }
    return accounts;
  }

  private static void merge(
      Map<AccountKey, IdentityAnnotations> accounts,
      Map<AccountKey, IdentityAnnotations> more,
      String source)
      throws UsageException {
    for (Map.Entry<AccountKey, IdentityAnnotations> account : more.entrySet()) {
      IdentityAnnotations before = accounts.put(account.getKey(), account.getValue());
      if (before != null && !before.equals(account.getValue())) {
        throw new UsageException(
            "%s has ServiceAccount %s with other annotations than it was given before; remove one of them"
                .formatted(source, account.getKey()));
      }
    }
  }
}
