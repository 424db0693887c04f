package io.webidentity.chart;

import io.webidentity.testing.node.NodeExtension;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test class that installs the chart on a {@link io.webidentity.testing.node.TestNode}. Apart
 * from the end-to-end tests, as a webhook that somebody else has installed would hide what is
 * missed.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag("chart")
@ExtendWith(NodeExtension.class)
@interface OnRealNode {}
