package io.webidentity.account;

import io.webidentity.kubernetes.ObjectLookup;
import io.webidentity.kubernetes.ObjectSource;
import io.webidentity.watch.UnusableContentException;
import java.util.function.BooleanSupplier;

/** The Namespaces of a cluster. Thread-safe once started. */
public interface Namespaces extends NamespaceFinder, ObjectSource<String, NamespaceProperties> {
  /** They have no say: everything is known, and nobody is asked. */
  Namespaces NONE = FixedNamespaces.withoutSay();

  /** They have a say, and there is no cluster to ask. */
  Namespaces UNKNOWN = FixedNamespaces.unknown();

  /** What a Namespace without a say comes to. */
  ObjectLookup<NamespaceProperties> NO_SAY = new ObjectLookup.Found<>(NamespaceProperties.NONE);

  /**
   * Starts reading; returns without waiting for the first complete reading.
   *
   * @param needed whether anybody asks for them now; before, they are not read
   * @throws UnusableContentException when Namespaces could never be read, such as without
   *     credentials
   */
  void start(BooleanSupplier needed) throws UnusableContentException;
}
