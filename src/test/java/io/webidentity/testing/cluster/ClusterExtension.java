package io.webidentity.testing.cluster;

import org.junit.jupiter.api.extension.ExtensionContext;
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
 * The setting {@code webhook.test.cluster} asks for the second or the third instead, or for the
 * third of an older version ({@link ClusterChoice}). Where none is possible the tests fail, with a
 * message that says what to install: a skipped test would look like a passed one.
 */
public final class ClusterExtension implements ParameterResolver {
  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == TestCluster.class;
  }

  @Override
  public TestCluster resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return OneStart.of(context, TestCluster.class, () -> new TestCluster(ControlPlane.start()));
  }
}
