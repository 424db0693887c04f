/** Tests of the warm-up, against servers that are not ours. */
@NullMarked
package io.webidentity.warmup;

import org.jspecify.annotations.NullMarked;
