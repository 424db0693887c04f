/** What tests of several packages stand on. */
@NullMarked
package io.webidentity.testing;

import org.jspecify.annotations.NullMarked;
