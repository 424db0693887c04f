package io.webidentity.rolepolicy;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.webidentity.injection.Reason;
import io.webidentity.policy.NamespaceMetadata;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** Where the labels and annotations of Namespaces are looked up that a role policy asks about. */
@FunctionalInterface
public interface PolicyNamespaces extends AutoCloseable {
  /**
   * Those of a cluster; they close the client with themselves.
   *
   * @param deadline how long a look-up may take
   */
  static PolicyNamespaces inCluster(KubernetesClient client, Duration deadline) {
    LiveNamespaces live =
        new LiveNamespaces(new ApiServerNamespaceReader(client), deadline, System::nanoTime);
    return new PolicyNamespaces() {
      @Override
      public CompletionStage<Lookup> lookUp(String name) {
        return live.lookUp(name);
      }

      @Override
      public void close() {
        client.close();
      }
    };
  }

  /** The Namespace; the stage never completes exceptionally. Never blocks. */
  CompletionStage<Lookup> lookUp(String name);

  /** Ends what is under way. */
  @Override
  default void close() {}

  /** What became of a look-up. */
  sealed interface Lookup {
    /** The Namespace. */
    record Found(NamespaceMetadata namespace) implements Lookup {}

    /**
     * Nobody knows.
     *
     * @param reason why, of kind {@link Reason.Kind#ERROR}
     * @param message one sentence for logs and clients
     */
    record Failed(Reason reason, String message) implements Lookup {}
  }
}
