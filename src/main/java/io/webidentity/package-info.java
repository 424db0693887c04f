/** The program's entry point, and nothing else. */
@NullMarked
package io.webidentity;

import org.jspecify.annotations.NullMarked;
