/** Tests of shadow mode, with another webhook over real TLS. */
@NullMarked
package io.webidentity.shadow;

import org.jspecify.annotations.NullMarked;
