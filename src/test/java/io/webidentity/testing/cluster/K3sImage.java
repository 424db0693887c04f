package io.webidentity.testing.cluster;

import org.testcontainers.utility.DockerImageName;

/** An image that the Docker engine has or can pull, and that starts as {@code rancher/k3s} does. */
sealed interface K3sImage extends AutoCloseable permits K3sImage.Named, K3sSubstitute {
  /** The image that all of this is compatible with. */
  String K3S = "rancher/k3s";

  /** The genuine image of the Kubernetes version that the tests pin. */
  String GENUINE = K3S + ":v1.36.3-k3s1";

  /** The word that stands for {@link K3sSubstitute}. */
  String SUBSTITUTE = "substitute";

  /** What the engine has it under. */
  DockerImageName name();

  /** Whether its container needs a node's rights: it runs containers itself. */
  boolean privileged();

  @Override
  void close();

  /**
   * The image that {@code webhook.test.k3s.image} (or {@code WEBHOOK_TEST_K3S_IMAGE}) names, by a
   * reference or by {@value #SUBSTITUTE}; otherwise {@value #GENUINE}.
   *
   * @throws ClusterUnavailableException if what the substitute is made of is not there
   */
  static K3sImage chosen() {
    String image = NamedControlPlane.setting("webhook.test.k3s.image").orElse(GENUINE);
    return image.equals(SUBSTITUTE)
        ? K3sSubstitute.load()
        : new Named(DockerImageName.parse(image).asCompatibleSubstituteFor(K3S));
  }

  /** An image of a registry, which Testcontainers pulls if need be. */
  record Named(DockerImageName name) implements K3sImage {
    @Override
    public boolean privileged() {
      return true;
    }

    /** The engine keeps it, as it keeps everything that it has pulled. */
    @Override
    public void close() {}
  }
}
