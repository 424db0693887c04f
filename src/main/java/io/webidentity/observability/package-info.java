/** What operators see: metric names, log keys, health and Kubernetes Events. */
@NullMarked
package io.webidentity.observability;

import org.jspecify.annotations.NullMarked;
