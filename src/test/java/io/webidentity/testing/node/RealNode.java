package io.webidentity.testing.node;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test class whose pods run: its constructor and methods may take a {@link TestNode}. One node
 * serves all such classes of a JVM. Where none can be made the tests fail and say what to do: a
 * skipped test would look like a passed one.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag("e2e")
@ExtendWith(NodeExtension.class)
public @interface RealNode {}
