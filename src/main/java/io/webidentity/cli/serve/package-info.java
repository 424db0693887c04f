/** The flags of the server, and how they become settings. */
@NullMarked
package io.webidentity.cli.serve;

import org.jspecify.annotations.NullMarked;
