package io.webidentity.e2e;

import io.webidentity.testing.cluster.ClusterUnavailableException;
import io.webidentity.testing.cluster.TestCluster;
import io.webidentity.testing.node.TestNode;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What all end-to-end tests share: a node, an object store beside it, the webhook installed, the
 * images of applications. It ends with the node.
 */
final class StoragePlatform implements AutoCloseable {
  private static final Path WEBHOOK = Path.of("target", "image", "web-identity-webhook.tar");

  private final TestNode node;
  private final ObjectStore store;
  private final WebhookInstallation webhook;
  private final LongLivedApplication longLived;

  private StoragePlatform(
      TestNode node,
      ObjectStore store,
      WebhookInstallation webhook,
      LongLivedApplication longLived) {
    this.node = node;
    this.store = store;
    this.webhook = webhook;
    this.longLived = longLived;
  }

  /**
   * Sets it up, which takes a minute.
   *
   * @throws ClusterUnavailableException if the webhook's image has not been built
   */
  static StoragePlatform on(TestNode node) {
    if (!Files.exists(WEBHOOK)) {
      throw new ClusterUnavailableException("There is no " + WEBHOOK + "; run make image first");
    }
    node.load(WEBHOOK);
    ApplicationImages.write().forEach(node::load);
    ObjectStore store = ObjectStore.startOn(node);
    WebhookInstallation webhook = WebhookInstallation.into(node.cluster(), store);
    LongLivedApplication longLived = LongLivedApplication.start(node.cluster());
    return new StoragePlatform(node, store, webhook, longLived);
  }

  TestCluster cluster() {
    return node.cluster();
  }

  ObjectStore store() {
    return store;
  }

  WebhookInstallation webhook() {
    return webhook;
  }

  /** The application that was started first, for what takes long. */
  LongLivedApplication longLived() {
    return longLived;
  }

  @Override
  public void close() {
    // All of it is the node's, which is closed after this.
  }
}
