package io.webidentity.certificate;

import java.util.Map;

/** A Secret with the API server's optimistic concurrency. */
final class FakeSecret implements CertificateSecret {
  volatile Map<String, byte[]> data = Map.of();
  volatile Runnable beforeReplace = () -> {};
  volatile boolean failing;
  volatile int reads;
  volatile int writes;

  @Override
  public synchronized Snapshot read() throws ClusterStateException {
    reads++;
    if (failing) {
      throw new ClusterStateException("Secret eks/webhook-tls cannot be read");
    }
    return new Snapshot(String.valueOf(writes), data);
  }

  @Override
  public synchronized boolean replace(Snapshot snapshot, Map<String, byte[]> replacement) {
    beforeReplace.run();
    if (!snapshot.resourceVersion().equals(String.valueOf(writes))) {
      return false;
    }
    data = replacement;
    writes++;
    return true;
  }

  @Override
  public String describe() {
    return "Secret eks/webhook-tls";
  }
}
