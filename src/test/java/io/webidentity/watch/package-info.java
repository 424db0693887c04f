/** Loops that must live. */
@NullMarked
package io.webidentity.watch;

import org.jspecify.annotations.NullMarked;
