/** Validated settings, one record per concern; invalid values cannot be constructed. */
@NullMarked
package io.webidentity.config;

import org.jspecify.annotations.NullMarked;
