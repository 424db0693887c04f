/** Holds the package arrows of docs/architecture.md. */
@NullMarked
package io.webidentity.architecture;

import org.jspecify.annotations.NullMarked;
