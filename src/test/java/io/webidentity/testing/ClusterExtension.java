package io.webidentity.testing;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests the {@link TestCluster} of this JVM, started when the first test asks for it and
 * closed after the last one. It comes from the first of:
 *
 * <ol>
 *   <li>the kubeconfig that the system property {@code webhook.test.kubeconfig} or the
 *       environment's {@code WEBHOOK_TEST_KUBECONFIG} names,
 *   <li>a K3s container, where a Docker engine answers (image: {@code webhook.test.k3s.image}),
 *   <li>etcd, kube-apiserver and kube-controller-manager built from {@code src/test/cluster},
 *       started as processes.
 * </ol>
 *
 * Where none is possible the tests fail, with a message that says what to install: a skipped test
 * would look like a passed one.
 */
public final class ClusterExtension implements ParameterResolver {
  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == TestCluster.class;
  }

  @Override
  public TestCluster resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context
        .getRoot()
        .getStore(Namespace.create(ClusterExtension.class))
        .getOrComputeIfAbsent(Start.class, key -> new Start(), Start.class)
        .cluster();
  }

  /** The one attempt to start a cluster: a failure is told to every test, not tried again. */
  private static final class Start implements AutoCloseable {
    private @Nullable TestCluster cluster;
    private @Nullable ClusterUnavailableException failure;

    Start() {
      try {
        this.cluster = new TestCluster(ControlPlane.start());
      } catch (ClusterUnavailableException e) {
        this.failure = e;
      }
    }

    TestCluster cluster() {
      if (cluster == null) {
        throw new ClusterUnavailableException("No cluster to test against", failure);
      }
      return cluster;
    }

    @Override
    public void close() {
      if (cluster != null) {
        cluster.close();
      }
    }
  }
}
