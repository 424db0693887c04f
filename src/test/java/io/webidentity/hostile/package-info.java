/** Clients that mean harm, beside API servers that go on asking. */
@NullMarked
package io.webidentity.hostile;

import org.jspecify.annotations.NullMarked;
