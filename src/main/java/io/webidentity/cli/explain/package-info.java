/**
 * The commands {@code webhook explain} and {@code webhook audit}: what is decided about pods, and
 * whether running pods have it.
 */
@NullMarked
package io.webidentity.cli.explain;

import org.jspecify.annotations.NullMarked;
