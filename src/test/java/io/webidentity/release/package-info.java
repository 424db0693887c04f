/** Tests of {@code src/release}, the scripts of {@code make release}. */
@NullMarked
package io.webidentity.release;

import org.jspecify.annotations.NullMarked;
