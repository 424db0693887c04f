/** What operators see: metric names, log keys and health. */
@NullMarked
package io.webidentity.observability;

import org.jspecify.annotations.NullMarked;
