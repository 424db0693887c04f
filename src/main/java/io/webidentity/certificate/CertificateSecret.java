package io.webidentity.certificate;

import java.util.Map;

/** The one Secret that the replicas agree on their certificates through. */
interface CertificateSecret {
  /**
   * The Secret as it is now.
   *
   * @throws ClusterStateException if it does not exist or cannot be read
   */
  Snapshot read() throws ClusterStateException;

  /**
   * Replaces the data, unless somebody has changed the Secret since the snapshot.
   *
   * @return whether it was replaced; if not, another replica was faster
   * @throws ClusterStateException if it cannot be written
   */
  boolean replace(Snapshot snapshot, Map<String, byte[]> data) throws ClusterStateException;

  /** Where it is, for messages. */
  String describe();

  /**
   * The Secret at one moment.
   *
   * @param resourceVersion what the API server calls this state
   * @param data its values by key, not in base64
   */
  record Snapshot(String resourceVersion, Map<String, byte[]> data) {
    @Override
    public String toString() {
      return "Snapshot[" + resourceVersion + ", data not shown]";
    }
  }
}
