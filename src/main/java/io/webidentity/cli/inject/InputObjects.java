package io.webidentity.cli.inject;

import io.webidentity.account.AccountKey;
import io.webidentity.account.IdentityAnnotations;
import io.webidentity.account.ServiceAccountManifests;
import io.webidentity.cli.flag.Progress;
import io.webidentity.cli.flag.UsageException;
import io.webidentity.manifest.ManifestDocument;
import io.webidentity.manifest.ManifestObject;
import io.webidentity.policy.NamespaceMetadata;
import io.webidentity.watch.UnusableContentException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The objects that decide about the pods of an input, wherever in it they stand: a first look finds
 * them.
 *
 * @param accounts ServiceAccounts that were given, and those of the input
 * @param namespaces Namespaces of the input, by their names
 */
public record InputObjects(
    Map<AccountKey, IdentityAnnotations> accounts, Map<String, NamespaceMetadata> namespaces) {
  public InputObjects {
    accounts = Map.copyOf(accounts);
    namespaces = Map.copyOf(namespaces);
  }

  /** A sentence that says which accounts these are, the first few by name. */
  String namedAccounts() {
    return AccountKey.namedAsRead(accounts.keySet());
  }

  /**
   * Reads them, and with them the whole input: what is neither YAML nor JSON is found here.
   *
   * @param given what {@code --service-accounts} names
   * @param namespace the namespace of accounts that name none
   * @param progress counts documents
   * @throws UsageException if something cannot be read, accounts contradict each other, or a file
   *     or the whole input has no object
   */
  public static InputObjects read(
      Optional<Path> given,
      List<ManifestFile> files,
      String annotationPrefix,
      String namespace,
      Progress progress)
      throws UsageException {
    ServiceAccountManifests manifests = new ServiceAccountManifests(annotationPrefix, namespace);
    Map<AccountKey, IdentityAnnotations> accounts = new HashMap<>();
    Map<String, NamespaceMetadata> namespaces = new HashMap<>();
    try {
      if (given.isPresent()) {
        accounts.putAll(manifests.read(given.get()));
      }
    } catch (UnusableContentException wrong) {
      throw ManifestFile.usage(wrong);
    }
    boolean empty = true;
    for (ManifestFile file : files) {
      ServiceAccountManifests.Found more = manifests.new Found();
      int found =
          file.forEach(document -> {
            more.add(document);
            namespaces(document, namespaces);
            progress.step();
          });
      merge(accounts, more.accounts(), file.source());
      if (found == 0 && file.source().equals(file.given())) {
        throw empty(file);
      }
      empty &= found == 0;
    }
    if (empty && !files.isEmpty()) {
      throw empty(files.getFirst());
    }
    return new InputObjects(accounts, namespaces);
  }

  private static UsageException empty(ManifestFile file) {
    return new UsageException(
        file.given() + " has no Kubernetes object; give manifests that have one");
  }

  private static void namespaces(
      ManifestDocument document, Map<String, NamespaceMetadata> namespaces)
      throws UnusableContentException {
    for (ManifestObject object : document.objects()) {
      if (object.isCore("Namespace")) {
        NamespaceMetadata namespace = InputNamespaces.metadata(object.data().path("metadata"));
        namespaces.put(namespace.name(), namespace);
      }
    }
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
