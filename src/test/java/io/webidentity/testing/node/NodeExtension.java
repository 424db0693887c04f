package io.webidentity.testing.node;

import io.webidentity.testing.cluster.OneStart;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives tests the {@link TestNode} of this JVM, as {@link RealNode} says. */
public final class NodeExtension implements ParameterResolver {
  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == TestNode.class;
  }

  @Override
  public TestNode resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return OneStart.of(context, TestNode.class, TestNode::start);
  }
}
