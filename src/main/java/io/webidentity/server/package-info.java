/** The server: its parts are wired together here, started and stopped. */
@NullMarked
package io.webidentity.server;

import org.jspecify.annotations.NullMarked;
