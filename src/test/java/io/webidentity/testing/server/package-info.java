/** Servers in this process and beside it, and clients that ask them. */
@NullMarked
package io.webidentity.testing.server;

import org.jspecify.annotations.NullMarked;
