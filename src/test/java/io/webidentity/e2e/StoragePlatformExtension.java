package io.webidentity.e2e;

import io.webidentity.testing.cluster.OneStart;
import io.webidentity.testing.cluster.TestCluster;
import io.webidentity.testing.node.TestNode;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestWatcher;

/**
 * Gives tests the {@link StoragePlatform} of this JVM, and says what is up with it when one fails.
 */
final class StoragePlatformExtension implements ParameterResolver, TestWatcher {
  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == StoragePlatform.class;
  }

  @Override
  public StoragePlatform resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return platform(context);
  }

  private static StoragePlatform platform(ExtensionContext context) {
    TestNode node = OneStart.of(context, TestNode.class, TestNode::start);
    return OneStart.of(context, StoragePlatform.class, () -> start(node));
  }

  private static StoragePlatform start(TestNode node) {
    try {
      return StoragePlatform.on(node);
    } catch (RuntimeException e) {
      tell("The platform did not start", node.cluster());
      throw e;
    }
  }

  @Override
  public void testFailed(ExtensionContext context, @Nullable Throwable cause) {
    StoragePlatform platform = platform(context);
    tell(context.getDisplayName() + " failed", platform.cluster());
    System.out.println("The end of MinIO's log:\n" + platform.store().log());
  }

  private static void tell(String what, TestCluster cluster) {
    System.out.printf("---- %s; the cluster then:%n%s----%n", what, new Diagnosis(cluster).text());
  }
}
